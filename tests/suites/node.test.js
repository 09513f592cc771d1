// node:test with suites, subtests, skips, TODO and failures.
const { test, describe, it } = require('node:test');
const assert = require('node:assert');

test('adds', () => assert.strictEqual(1 + 1, 2));
test('takes its time', () => new Promise((done) => setTimeout(done, 20)));
test('fails', () => assert.deepStrictEqual({ a: 1 }, { a: 2 }));
test('skipped', { skip: 'not here' }, () => {});
test('to be written', { todo: 'one day' }, () => assert.ok(false));
test('name with # and \\ in it', () => {});

describe('a suite', () => {
	it('passes', () => {});
	it('throws', () => {
		throw new TypeError('of its own');
	});
	describe('within a suite', () => {
		it('passes', () => {});
		it('passes', () => {});
	});
});

test('subtests', async (t) => {
	await t.test('one', () => {});
	await t.test('two', async (u) => {
		await u.test('deep', () => {});
	});
});
