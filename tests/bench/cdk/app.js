// The same 34 resources as tests/bench/synthetic_template.py, with AWS CDK: COUNT stacks, validation off.
const { App, Stack, CfnParameter, CfnCondition, CfnOutput, Fn, LegacyStackSynthesizer } = require('aws-cdk-lib');
const kms = require('aws-cdk-lib/aws-kms');
const s3 = require('aws-cdk-lib/aws-s3');
const iam = require('aws-cdk-lib/aws-iam');
const logs = require('aws-cdk-lib/aws-logs');
const ec2 = require('aws-cdk-lib/aws-ec2');
const sagemaker = require('aws-cdk-lib/aws-sagemaker');
const lambda = require('aws-cdk-lib/aws-lambda');
const events = require('aws-cdk-lib/aws-events');
const sns = require('aws-cdk-lib/aws-sns');
const cloudwatch = require('aws-cdk-lib/aws-cloudwatch');
const codebuild = require('aws-cdk-lib/aws-codebuild');
const codepipeline = require('aws-cdk-lib/aws-codepipeline');
const ssm = require('aws-cdk-lib/aws-ssm');

const document = (...statements) => ({ Version: '2012-10-17', Statement: statements });
const allow = (actions, resource) => ({ Effect: 'Allow', Action: actions, Resource: resource });
const keep = (resource) => {
  resource.cfnOptions.deletionPolicy = 'Retain';
  resource.cfnOptions.updateReplacePolicy = 'Retain';
  return resource;
};

class Product extends Stack {
  constructor(app, number) {
    super(app, `synthetic-${number}`, { synthesizer: new LegacyStackSynthesizer() });
    const team = new CfnParameter(this, 'Team', { description: 'Who owns it', allowedPattern: '^[a-z-]+$' });
    const stage = new CfnParameter(this, 'Stage', { allowedValues: ['development', 'production'] });
    const vpc = new CfnParameter(this, 'Vpc', { type: 'AWS::EC2::VPC::Id', description: 'Network' });
    const subnets = new CfnParameter(this, 'Subnets', { type: 'List<AWS::EC2::Subnet::Id>', description: 'Private subnets' });
    new CfnCondition(this, 'IsProduction', { expression: Fn.conditionEquals(stage.valueAsString, 'production') });
    const tags = [
      { key: 'environment', value: stage.valueAsString },
      { key: 'team', value: team.valueAsString },
    ];
    const days = Fn.conditionIf('IsProduction', 365, 30);

    const root = {
      Effect: 'Allow', Principal: { AWS: Fn.sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root') },
      Action: 'kms:*', Resource: '*',
    };
    const key = keep(new kms.CfnKey(this, 'Key', { enableKeyRotation: true, keyPolicy: document(root), tags }));
    new kms.CfnAlias(this, 'Alias', { aliasName: `alias/product-${number}`, targetKeyId: key.ref });

    const buckets = [], groups = [];
    for (let index = 0; index < 3; index++) {
      const bucket = keep(new s3.CfnBucket(this, `Bucket${index}`, {
        bucketEncryption: { serverSideEncryptionConfiguration: [
          { serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.attrArn } },
        ] },
        versioningConfiguration: { status: 'Enabled' },
        publicAccessBlockConfiguration: {
          blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
        },
        lifecycleConfiguration: { rules: [
          { id: 'old-versions', status: 'Enabled', noncurrentVersionExpiration: { noncurrentDays: days } },
        ] },
        tags,
      }));
      const plain = {
        Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*',
        Resource: [bucket.attrArn, Fn.sub(`\${Bucket${index}.Arn}/*`)],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      };
      new s3.CfnBucketPolicy(this, `BucketPolicy${index}`, { bucket: bucket.ref, policyDocument: document(plain) });
      groups.push(keep(new logs.CfnLogGroup(this, `Logs${index}`, {
        logGroupName: `/product/${number}/${index}`, retentionInDays: days, tags,
      })));
      new CfnOutput(this, `Bucket${index}Name`, { description: 'A bucket', value: bucket.ref });
      buckets.push(bucket);
    }

    const roles = ['sagemaker', 'lambda', 'codebuild', 'codepipeline', 'events'].map((service, index) =>
      new iam.CfnRole(this, `Role${index}`, {
        assumeRolePolicyDocument: document({
          Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole',
        }),
        policies: [{ policyName: 'work', policyDocument: document(
          allow(['s3:GetObject', 's3:PutObject'], Fn.sub('${Bucket0.Arn}/*')),
          allow(['s3:ListBucket'], buckets[0].attrArn),
          allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.attrArn),
          allow(['logs:CreateLogStream', 'logs:PutLogEvents'], groups[0].attrArn),
        ) }],
        tags,
      }));

    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIp: '10.0.0.0/8' };
    const group = new ec2.CfnSecurityGroup(this, 'Group', {
      groupDescription: 'Studio', vpcId: vpc.valueAsString, securityGroupIngress: [https], tags,
    });
    new ec2.CfnSecurityGroupEgress(this, 'Egress', { groupId: group.attrGroupId, ...https });

    const settings = { executionRole: roles[0].attrArn, securityGroups: [group.attrGroupId] };
    const domain = new sagemaker.CfnDomain(this, 'Domain', {
      authMode: 'IAM', domainName: `studio-${number}`, appNetworkAccessType: 'VpcOnly', vpcId: vpc.valueAsString,
      subnetIds: subnets.valueAsList, kmsKeyId: key.attrArn, defaultUserSettings: settings, tags,
    });
    new sagemaker.CfnUserProfile(this, 'Profile', {
      domainId: domain.ref, userProfileName: 'first', userSettings: settings, tags,
    });

    const build = new codebuild.CfnProject(this, 'Build', {
      serviceRole: roles[2].attrArn, encryptionKey: key.attrArn, artifacts: { type: 'CODEPIPELINE' },
      environment: { computeType: 'BUILD_GENERAL1_SMALL', image: 'aws/codebuild/standard:7.0', type: 'LINUX_CONTAINER' },
      source: { type: 'CODEPIPELINE', buildSpec: 'version: 0.2\nphases: {build: {commands: [make]}}\n' }, tags,
    });
    new codepipeline.CfnPipeline(this, 'Pipeline', {
      pipelineType: 'V2', roleArn: roles[3].attrArn, artifactStore: { type: 'S3', location: buckets[2].ref },
      stages: [
        { name: 'Source', actions: [{
          name: 'source', actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
          configuration: { S3Bucket: buckets[1].ref, S3ObjectKey: 'source.zip' }, outputArtifacts: [{ name: 'code' }],
        }] },
        { name: 'Build', actions: [{
          name: 'build', actionTypeId: { category: 'Build', owner: 'AWS', provider: 'CodeBuild', version: '1' },
          configuration: { ProjectName: build.ref }, inputArtifacts: [{ name: 'code' }],
        }] },
      ],
      tags,
    });

    for (let index = 0; index < 2; index++) {
      const handler = new lambda.CfnFunction(this, `Function${index}`, {
        code: { zipFile: 'def handler(event, context):\n    return event\n' }, handler: 'index.handler',
        runtime: 'python3.12', role: roles[1].attrArn, timeout: 60, memorySize: 256, kmsKeyArn: key.attrArn,
        environment: { variables: { BUCKET: buckets[0].ref, STAGE: stage.valueAsString } }, tags,
      });
      const schedule = new events.CfnRule(this, `Schedule${index}`, {
        scheduleExpression: 'rate(1 day)', state: 'ENABLED', targets: [{ arn: handler.attrArn, id: 'function' }],
      });
      new lambda.CfnPermission(this, `Permission${index}`, {
        functionName: handler.ref, action: 'lambda:InvokeFunction', principal: 'events.amazonaws.com',
        sourceArn: schedule.attrArn,
      });
      const topic = new sns.CfnTopic(this, `Topic${index}`, { kmsMasterKeyId: key.ref, tags });
      new cloudwatch.CfnAlarm(this, `Alarm${index}`, {
        namespace: 'AWS/Lambda', metricName: 'Errors', statistic: 'Sum', period: 300, evaluationPeriods: 2,
        threshold: Fn.conditionIf('IsProduction', 1, 10), comparisonOperator: 'GreaterThanThreshold',
        dimensions: [{ name: 'FunctionName', value: handler.ref }], alarmActions: [topic.ref],
      });
      new ssm.CfnParameter(this, `Value${index}`, {
        type: 'String', name: `/product/${number}/${index}`, value: buckets[0].ref,
      });
    }
  }
}

const app = new App({ outdir: process.env.OUT, analyticsReporting: false, treeMetadata: false });
for (let number = 0; number < Number(process.env.COUNT); number++) new Product(app, number);
app.synth({ skipValidation: true, validateOnSynthesis: false });
