/** Dead letters on the command line. */
import { EXIT } from '#contract/plain'
import { confirm } from '../confirm.ts'
import { WrongUse } from '../failure.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { moment } from '../show/words.ts'

export async function listDead(session: Session, options: { readonly group?: string }): Promise<number> {
  const engine = await session.engine()
  const { out } = session.io.paint
  if (options.group === undefined) {
    const groups = await engine.deadletter.groups()
    await session.print(groups, () => {
      const columns = [
        { title: 'Letters', align: 'right' as const },
        { title: 'Last', paint: out.dim },
        { title: 'Error', gives: true },
        { title: 'Group', paint: out.dim },
      ]
      const cells = groups.map((row) => [String(row.count), moment(row.lastAt), row.reason, row.group])
      return groups.length === 0 ? 'There are no dead letters.\n' : table(columns, cells, { width: session.io.columns, dim: out.dim })
    })
    return EXIT.ok
  }
  const letters = await engine.deadletter.list({ group: options.group })
  await session.print(letters, () => {
    const columns = [
      { title: 'Event', align: 'right' as const },
      { title: 'Type', paint: out.bold },
      { title: 'For' },
      { title: 'Since', paint: out.dim },
      { title: 'Error', gives: true },
      { title: 'Subscription', paint: out.dim },
    ]
    const cells = letters.map(({ event, delivery, name }) => [
      String(event.seq),
      event.type,
      name,
      moment(delivery.changedAt),
      delivery.reason,
      delivery.subscriptionId,
    ])
    return letters.length === 0 ? 'There are none of that group.\n' : table(columns, cells, { width: session.io.columns, dim: out.dim })
  })
  return EXIT.ok
}

interface MoveOptions {
  readonly event?: number
  readonly subscription?: string
  readonly group?: string
  readonly yes: boolean
}

export async function moveDead(session: Session, word: 'redrive' | 'discard', options: MoveOptions): Promise<number> {
  if ((options.event === undefined) !== (options.subscription === undefined))
    throw new WrongUse('One letter is named by --event and --subscription together.')
  const engine = await session.engine()
  const which =
    options.event !== undefined && options.subscription !== undefined
      ? { one: { eventSeq: options.event, subscriptionId: options.subscription } }
      : options.group === undefined
        ? {}
        : { group: options.group }
  const all = !('one' in which) && !('group' in which)
  if (!options.yes && (all || word === 'discard'))
    await confirm(session, word === 'redrive' ? 'Deliver all dead letters again?' : 'Give these letters up?', '--yes')
  const { count } = await engine.deadletter[word](which)
  await session.print(
    { count },
    () => `${count} ${count === 1 ? 'letter is' : 'letters are'} ${word === 'redrive' ? 'delivered again' : 'given up'}.\n`,
  )
  return EXIT.ok
}
