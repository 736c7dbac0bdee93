/** Why a run ended as it did or waits, and what a person can do next. The engine's message tells the particulars; this tells the kind. */
import type { RunReasonCode, RunState } from '#contract/plain'

export interface Advice {
  readonly title: string
  readonly next: string
}

const ADVICE: Readonly<Record<RunReasonCode, Advice>> = {
  done: { title: 'It finished.', next: '' },
  'exit-code': {
    title: 'The program said that it failed.',
    next: 'The end of the terminal may say more. If that exit code is no failure, add it to the persona’s success codes.',
  },
  signal: {
    title: 'Something ended the program from outside.',
    next: 'Often the system, when memory ran out. Run it again, with less to do at once if it repeats.',
  },
  spawn: { title: 'The program could not be started.', next: 'Check the program’s name and the working folder in the persona’s body.' },
  node: {
    title: 'A node of the team failed.',
    next: 'The canvas shows which, and what it was given. Mend it, and run on from there with the earlier results kept.',
  },
  timeout: { title: 'It took longer than its time limit.', next: 'Raise the time limit in the persona’s limits, or give it less to do.' },
  'turn-limit': {
    title: 'The model asked for tools again and again, up to the turn limit.',
    next: 'Look at the last tool calls: a tool that keeps failing is the usual cause. Mend that, or raise the limit.',
  },
  sealed: {
    title: 'It waits for the vault.',
    next: 'Unlock the vault and it goes on by itself, at its place in the queue. Nothing of it was begun; it can be cancelled meanwhile.',
  },
  approval: {
    title: 'It waits for your yes.',
    next: 'Look at the exact call below, and approve or deny it. It waits as long as it takes.',
  },
  question: { title: 'It asks you something.', next: 'Answer it, and it goes on with your answer.' },
  timer: { title: 'It waits until a time.', next: 'It goes on by itself. You can go on with it now, or cancel it.' },
  input: { title: 'It waits for something to be given to it.', next: 'Give it what it asks for, and it goes on.' },
  budget: { title: 'It has reached a limit of what it may spend.', next: 'All that it did is kept. Raise the limit, and it goes on.' },
  'unknown-outcome': {
    title: 'Nobody knows whether a step of it happened.',
    next: 'Something ended while that step was under way, and it is not safe to do it twice. Look, and tell what happened: it goes on from there.',
  },
  loop: {
    title: 'It goes round in circles.',
    next: 'The same call gave the same result again and again. Say something to it and go on, or cancel it.',
  },
  retry: {
    title: 'It failed, and is tried again.',
    next: 'What was finished is kept, and not paid for again. You can go on with it now, or cancel it.',
  },
  denied: { title: 'Something that it needed was denied.', next: 'The denied step below says what, and why.' },
  diverged: {
    title: 'Its journal does not fit what it does now.',
    next: 'Something that it was made of has changed since. Fork it from the step before, or run it again.',
  },
  'replay-ended': {
    title: 'The record ends here.',
    next: 'A replay calls nothing. To go on from here, resume or fork the run that it replays.',
  },
  credential: {
    title: 'A credential that it needs could not be lent.',
    next: 'The vault’s screen shows what each credential lacks, and its log tells of the refusal.',
  },
  'no-model': {
    title: 'No model of the chain answered.',
    next: 'Check the providers in Settings: whether they are reachable, and whether the key is there. Another model at the end of the chain helps too.',
  },
  'invalid-input': { title: 'The input or a parameter does not fit.', next: 'Run it again with what the message asks for.' },
  tool: { title: 'A tool broke in a way that the model could not mend.', next: 'The failed step below says how.' },
  'thread-died': {
    title: 'The thread that hosted it ended beneath it.',
    next: 'Nothing else was touched. Run it again; if it repeats, it may need too much memory.',
  },
  'engine-stopped': {
    title: 'The engine was stopped while it ran.',
    next: 'What it had done until then is kept below. Run it again when you like.',
  },
  'engine-crashed': {
    title: 'The engine ended without a word while it ran.',
    next: 'What it had done until then is kept below. Check what it changed before you run it again.',
  },
  person: { title: 'You cancelled it.', next: '' },
  internal: { title: 'This is a defect in Troupe, not in your persona.', next: 'Export the run and report it with the message.' },
}

/** null where there is nothing to explain. */
export function adviceFor(state: RunState | null, code: RunReasonCode | undefined): Advice | null {
  if (state === null || code === undefined || state === 'succeeded') return null
  return ADVICE[code]
}
