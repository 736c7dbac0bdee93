/** What `troupe` does with a run's journal: `resume`, `answer`, `fork`, `replay`, `guide`. */
import { Argument, type Command } from 'commander'
import { STEP_ANSWERS } from '#contract/plain'
import { collect, followOptions, wholeNumber } from './option-values.ts'
import type { Act } from './program.ts'

const FORK_HELP = `
For example: troupe fork last --step 5 --say "Use the other file."
             troupe fork last --step 4 --result "404 Not Found"
The steps before it are kept, and not paid for again. "troupe show <run>" lists them with their numbers.`

const ANSWER_HELP = `
happened        it was done; --result says what it answered, if you know
did-not-happen  it was not done: it is done now
skip            leave it; --result stands for what it would have answered
The run goes on when the last such step was told.`

export function addRunJournal(program: Command, act: Act): void {
  const acts = () => import('./commands/run-journal.ts')
  followOptions(
    program
      .command('resume <run>')
      .description('go on with a run that waits; of one that ended badly, with a new run that keeps what was done'),
  ).action((run, options) => act(async (session) => (await acts()).resumeRun(session, run, options)))
  followOptions(
    program
      .command('answer <run>')
      .description('tell what happened to a step whose outcome nobody knows')
      .addArgument(new Argument('<step>', 'its number').argParser(wholeNumber(1)))
      .addArgument(new Argument('<what>', 'what happened').choices(STEP_ANSWERS))
      .option('--result <text>', 'what it answered, or what stands for that; - reads standard input')
      .addHelpText('after', ANSWER_HELP),
  ).action((run, step, what, options) => act(async (session) => (await acts()).answerStep(session, run, step, what, options)))
  followOptions(
    program
      .command('fork <run>')
      .description('a new run that keeps the steps before one, and goes on from there')
      .requiredOption('--step <number>', 'from this step on', wholeNumber(1))
      .option('--result <text>', 'keep this step too, with another result; - reads standard input')
      .option('--say <text>', 'say this to the model before it goes on')
      .option('--prompt-file <file>', 'with the prompt in this file instead of its own')
      .option('--model <provider/model>', 'ask this model from there on; more than once for a chain', collect)
      .addHelpText('after', FORK_HELP),
  ).action((run, options) => act(async (session) => (await acts()).forkRun(session, run, options)))
  followOptions(
    program.command('replay <run>').description('go through the recorded steps of a run again: nothing is called, nothing is paid'),
  ).action((run, options) => act(async (session) => (await acts()).replayRun(session, run, options)))
  program
    .command('guide <run> [text]')
    .description('say something to a run at its next turn; without a text, list what was said and what waits')
    .option('--edit <number>', 'change this message, which waits, to the text', wholeNumber(1))
    .option('--take-back <number>', 'take this message back, which waits', wholeNumber(1))
    .action((run, text, options) => act(async (session) => (await acts()).guideRun(session, run, text, options)))
}
