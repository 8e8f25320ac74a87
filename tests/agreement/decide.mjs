// Reads simulations as JSON lines, prints what iam-simulate decides: one JSON line each.
import { createInterface } from 'node:readline'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const library = createRequire(process.argv[2] + '/').resolve('@cloud-copilot/iam-simulate')
const { runSimulation } = await import(pathToFileURL(library))

for await (const line of createInterface({ input: process.stdin })) {
  const decided = await runSimulation(JSON.parse(line), {})
  console.log(JSON.stringify({ result: decided.overallResult, errors: decided.errors ?? null }))
}
