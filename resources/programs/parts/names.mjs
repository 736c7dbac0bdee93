/** A test of names against patterns in which `*` stands for anything; upper and lower case are the same. */
export function toMatchers(patterns) {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 'isu'))
  return (name) => expressions.some((expression) => expression.test(name))
}

function escape(text) {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
