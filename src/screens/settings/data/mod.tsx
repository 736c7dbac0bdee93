/** DATA: the folder, the database's health, backups and restore, how long runs are kept, and what was done. */
import type { Settings } from '#contract'
import { count } from '../../../look/format.ts'
import { WithStatus } from '../engine-status.tsx'
import { Fact, Row, Section } from '../row.tsx'
import { Backups } from './backups.tsx'
import { Health } from './health.tsx'
import { History } from './history.tsx'
import { Retention } from './retention.tsx'
import { Work } from './work.tsx'

export function Data(props: { readonly settings: Settings }) {
  return (
    <>
      <Work />
      <WithStatus>
        {(now) => (
          <Section
            title="Data folder"
            about="Everything that Troupe keeps lies in this one folder, on this machine. Start the engine with another one through TROUPE_DATA or --data."
          >
            <Row label="Folder">
              <Fact>{now.dataFolder}</Fact>
            </Row>
            <Row label="Personas">{count(now.personas)}</Row>
          </Section>
        )}
      </WithStatus>
      <Health />
      <Backups settings={props.settings} />
      <Retention settings={props.settings} />
      <History />
    </>
  )
}
