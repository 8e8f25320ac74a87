// cdk-nag's NIST 800-53 R5 pack over templates: node nist.cjs OUT TEMPLATE... writes OUT/validation-report.json.
const path = require("path");
const { createRequire } = require("module");
const installed = createRequire(path.join(process.cwd(), "index.js"));
const { App, Stack, Validations } = installed("aws-cdk-lib");
const { CfnInclude } = installed("aws-cdk-lib/cloudformation-include");
const { NIST80053R5Checks } = installed("cdk-nag");

const [out, ...templates] = process.argv.slice(2);
const context = { "@aws-cdk/core:failSynthOnValidationErrors": false };
const app = new App({ outdir: out, analyticsReporting: false, treeMetadata: false, context });
Validations.of(app).addPlugins(new NIST80053R5Checks(app));
for (const file of templates) {
  new CfnInclude(new Stack(app, path.basename(file, ".json")), "template", { templateFile: file });
}
app.synth();
