/** Options of commands that start a run and follow it. */
import { type Command, Option } from 'commander'

export function followOptions(command: Command): Command {
  return command
    .addOption(new Option('-f, --follow', 'follow it to its end (this is what happens anyway)').conflicts('detach'))
    .option('-d, --detach', 'only queue it, and print its id', false)
    .option('-q, --quiet', "only the run's own output", false)
    .option('--reasoning', "print the model's reasoning too (on standard error)", false)
}
