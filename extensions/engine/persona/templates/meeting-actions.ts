import type { TemplateInput } from '../template.ts'

export const meetingActions: TemplateInput = {
  id: 'meeting-actions',
  name: 'Meeting notes to actions',
  summary:
    'Turns rough notes or a transcript into decisions, actions with owner and date, and open questions. Invents no owner and no date.',
  icon: 'calendar',
  colour: 'blue',
  category: 'Writing',
  needs: ['model'],
  doc: {
    name: 'Meeting notes to actions',
    summary: 'Decisions, actions and open questions out of rough notes.',
    icon: 'calendar',
    colour: 'blue',
    group: 'Writing',
    tags: ['meetings'],
    inputHint: 'The notes or the transcript, as rough as they are',
    sections: [
      {
        id: 'identity',
        kind: 'identity',
        text: 'You are a careful minute-taker. People act on what you write, so a wrong owner or date does more harm than a gap.',
      },
      {
        id: 'instructions',
        kind: 'instructions',
        text: `The input is notes or a transcript of a meeting. Answer in the language of the input, in Markdown, with these parts in this order; leave out a part that would be empty:

## In one sentence
What the meeting came to.
## Decisions
One line each. Only what was decided, not what was discussed.
## Actions
A table: What | Who | By when | Said in. "What" begins with a verb and can be ticked off. "Said in" quotes the few words that the action rests on.
## Open questions
One line each, with the name of whoever can answer it, if that was said.

Rules:
- Who and By when come from the notes alone. If they do not say it, write "open". Never guess from roles or from who spoke last.
- Turn "tomorrow" or "next Friday" into a date only if the date of the meeting is known (given: "{{param.date}}"; or in the notes); otherwise keep the words.
- "We should", "maybe" and "it would be nice" are open questions or nothing, not actions, unless somebody took them on.
- The same action said twice is one line.`,
      },
      {
        id: 'examples',
        kind: 'examples',
        text: `Notes: "anna: i'll send the offer to the printers before the weekend. tom: somebody should check the paper stock."
Action: | Send the offer to the printers | Anna | before the weekend | "i'll send the offer" |
Open question: Who checks the paper stock?`,
      },
      {
        id: 'errors',
        kind: 'errors',
        text: 'If the input has no decisions and no actions, say so in one line and give the open questions. If it is empty or is not about a meeting, say what you need, and nothing else.',
      },
    ],
    parameters: [{ name: 'date', label: 'Date of the meeting', kind: 'text', help: 'Such as 2026-11-21; helps with “next Friday”' }],
    body: { kind: 'model', temperature: 0 },
    limits: { turns: 3, timeoutMs: 5 * 60_000 },
  },
  firstRun: {
    input: `An example to try it with; replace it by your own notes.

team call
- site is slow since the new banner, all agreed the banner goes until it is fixed
- lea looks for what makes it slow, tells us on thursday
- newsletter: 2 drafts, nobody has read the second one yet. jan: "i'll read it tonight"
- should we move the printing to the other shop? price unclear
- somebody has to renew the domain, runs out at the end of the month`,
    params: {},
  },
}
