// tap: subtests, todo, skip, failures, names with special characters.
import t from 'tap'

t.test('adds', (t) => {
	t.equal(1 + 1, 2, 'one and one')
	t.equal(1 + 1, 3, 'two and one')
	t.end()
})
t.test('nested', (t) => {
	t.test('inner # name', (t) => {
		t.ok(true, 'back\\slash')
		t.end()
	})
	t.test('skipped', { skip: 'no network' }, (t) => t.end())
	t.end()
})
t.test('to be written', { todo: true })
t.test('todo that fails', { todo: 'one day' }, (t) => {
	t.fail('not yet')
	t.end()
})
t.test('throws', () => {
	throw new TypeError('of its own')
})
t.pass('plain')
t.fail('plain failure', { skip: 'only elsewhere' })
t.match({ a: 1, b: 'x' }, { a: 2 }, 'objects')
