// Reads simulations as JSON lines, prints what iam-simulate decides: one JSON line each, in the same order.
// usage: node simulate.mjs FOLDER, the folder that node_modules stands in
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const library = createRequire(`${process.argv[2]}/`).resolve('@cloud-copilot/iam-simulate')
const { runSimulation } = await import(pathToFileURL(library))

for await (const line of createInterface({ input: process.stdin })) {
  const { overallResult, errors, result } = await runSimulation(JSON.parse(line), {})
  console.log(JSON.stringify({ decision: overallResult ?? '', errors, ignored: result?.ignoredContextKeys }))
}
