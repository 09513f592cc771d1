// Prints what four consumers of JUnit read in FILE: lines of CONSUMER, STATUS, NAME and the first line
// of the cause, separated by tabs.
//
//     node junit_consumers.mjs FILE
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(path.join(process.cwd(), 'index.js'))
const file = process.argv[2]
const xml = fs.readFileSync(file, 'utf8')

function print(consumer, status, name, cause) {
	const line = (cause ?? '').split('\n').find((text) => text.trim() !== '') ?? ''
	// Names for a case whose name is empty.
	const shown = Number.isNaN(name) || ['Unnamed Test', 'No Name'].includes(name) ? '' : name
	console.log([consumer, status, shown, line.trim()].join('\t'))
}

// junit2json
const { parse } = await import(path.resolve('node_modules/junit2json/dist/esm/index.js'))
for (const suite of (await parse(xml)).testsuite ?? [])
	for (const test of suite.testcase ?? []) {
		const bad = test.failure ?? test.error
		const status = bad ? 'FAIL' : test.skipped ? 'SKIP' : 'PASS'
		print('junit2json', status, test.name, bad?.[0].inner ?? '')
	}

// test-results-parser, of the reporters for chat services
const parser = require('test-results-parser')
const results = parser.parse({ type: 'junit', files: [file] })
for (const suite of results.suites)
	for (const test of suite.cases)
		print('test-results-parser', test.status, test.name, test.status === 'FAIL' ? test.stack_trace : '')

// junit-to-ctrf
const words = { passed: 'PASS', failed: 'FAIL', skipped: 'SKIP', other: 'FAIL' }
const ctrf = await import(path.resolve('node_modules/junit-to-ctrf/dist/index.js'))
const report = await ctrf.convertJUnitToCTRFReport(file)
for (const test of report.results.tests)
	print('junit-to-ctrf', words[test.status], test.name, test.status === 'failed' ? test.trace : '')

// xunit-viewer, which keeps one suite of a name, and one case of a class and a name in it
const viewer = await import(path.resolve('node_modules/xunit-viewer/src/cli/parse.js'))
const seen = { passed: 'PASS', failure: 'FAIL', error: 'FAIL', skipped: 'SKIP' }
for (const suite of Object.values((await viewer.default(xml)).suites))
	for (const test of Object.values(suite.tests)) {
		const isBad = test.status === 'failure' || test.status === 'error'
		// The type stands for a text that is empty.
		const types = ['fail', 'unfinished', 'damage', 'uxsuccess']
		const text = types.includes(test.messages[0]) ? '' : test.messages[0]
		print('xunit-viewer', seen[test.status], test.name, isBad ? text : '')
	}
