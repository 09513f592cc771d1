// tape: groups, todo, skip, failures, assertions of equal names.
const test = require('tape')

test('adds', (t) => {
	t.equal(1 + 1, 2, 'one and one')
	t.equal(1 + 1, 3)
	t.equal(1 + 1, 2)
	t.end()
})
test('names', (t) => {
	t.ok(true, 'with # and \\ in it')
	t.ok(true, 'the same')
	t.ok(true, 'the same')
	t.ok(true, 'a\nsecond line')
	t.end()
})
test.skip('left out', (t) => t.end())
test('one assertion is skipped', (t) => {
	t.skip('no network')
	t.fail('not yet', { todo: 'one day' })
	t.end()
})
test('not written', { todo: true }, (t) => {
	t.fail('not yet')
	t.end()
})
test('nested', (t) => {
	t.test('inner', (t) => {
		t.deepEqual({ a: [1] }, { a: [2] }, 'objects')
		t.end()
	})
	t.end()
})
test('without assertions', (t) => t.end())
test('planned', (t) => {
	t.plan(2)
	t.ok(true, 'the only one')
	t.end()
})
