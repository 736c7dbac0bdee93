/** How the texts of options and arguments are read. */
import { type Command, InvalidArgumentError, Option } from 'commander'

/** An option that may be given more than once. */
export function collect(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value]
}

/** `name=value`, more than once. */
export function collectParam(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf('=')
  if (at <= 0) throw new InvalidArgumentError('It is written name=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** A whole number within bounds; anything else is wrong use. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(
      max === Number.MAX_SAFE_INTEGER ? `A whole number from ${min} is expected.` : `A whole number from ${min} to ${max} is expected.`,
    )
  }
}

/** For an argument that may be left out. */
export function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text)
}

/** Of every command that begins or goes on with a run. */
export function followOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --follow', 'follow it to its end (this is what happens anyway)').conflicts('detach'))
    .option('-d, --detach', 'only queue it, and print its id', false)
    .option('-q, --quiet', "only the run's own output", false)
    .option('--reasoning', "print the model's reasoning too (on standard error)", false)
}
