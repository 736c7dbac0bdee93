/** Look, and install: two acts of a person. */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TroupeError } from '#core'
import { download, type Fetching, fetchManifest } from './download.ts'
import { judge, type Release, type Seen, seenSchema, type Verdict } from './manifest.ts'
import { swap, whyFixed } from './swap.ts'

export interface UpdatePorts {
  readonly release: Release
  /** The executable that is replaced: an absolute path. */
  readonly program: string
  readonly version: string
  /** `linux-x64`. */
  readonly system: string
  /** Where is kept which manifests were seen. */
  readonly seenPath: string
  readonly now: () => number
  readonly fetching?: Fetching
}

export interface Updates {
  /** Asks the server. Refusals are values; a server that cannot be reached throws. */
  look(): Promise<Verdict>
  /** Downloads what was offered and puts it in place. The caller has the person's yes. Answers the version. */
  install(onBytes: (bytes: number, of: number) => void): Promise<string>
}

export function openUpdates(ports: UpdatePorts): Updates {
  const { program, fetching = {} } = ports
  const look = async (): Promise<Verdict> => {
    const answer = await fetchManifest(ports.release.url, fetching)
    const seen = readSeen(ports.seenPath)
    const verdict = judge(answer, { pinned: ports.release.keys, seen, version: ports.version, system: ports.system, now: ports.now() })
    if (verdict.kind !== 'refused') writeFileSync(ports.seenPath, JSON.stringify(verdict.seen), { mode: 0o600 })
    return verdict
  }
  return {
    look,
    async install(onBytes) {
      const fixed = whyFixed(program)
      if (fixed !== undefined) throw refused(fixed)
      const verdict = await look()
      if (verdict.kind === 'refused') throw refused(verdict.why)
      if (verdict.kind === 'current') throw refused(`version ${ports.version} is the newest`)
      const { file, version } = verdict
      const fresh = join(dirname(program), `.troupe-${file.sha256.slice(0, 16)}.part`)
      await download(file, fresh, fetching, (bytes) => onBytes(bytes, file.bytes))
      swap(program, fresh, version)
      return version
    },
  }
}

const refused = (why: string): TroupeError =>
  new TroupeError('REFUSED', `Troupe is not updated: ${why}.`, { hint: 'The program is as it was.' })

/** A file that cannot be read is a reason to stop: without it an old manifest would be taken for a new one. */
function readSeen(path: string): Seen {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return { sequence: 0 }
    throw refused(`what was seen before cannot be read (${(thrown as Error).message})`)
  }
  const seen = seenSchema.safeParse(JSON.parse(text))
  if (!seen.success) throw refused(`${path} is damaged`)
  return seen.data
}
