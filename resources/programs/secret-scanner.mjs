/** Finds what looks like a password, key or token in the files of a folder. Never prints any part of it: only where it is and what kind. */
import { closeSync, openSync, readSync } from 'node:fs'
import { basename, extname, relative } from 'node:path'
import { makeFindings } from './parts/findings.mjs'
import { toMatchers } from './parts/names.mjs'
import { runProgram, why } from './parts/program.mjs'
import { clean, count, facts, number, size, span } from './parts/report.mjs'
import { existingFolder, TOOL_FOLDERS, walk } from './parts/walk.mjs'

/** The part of a longer line that is looked at: minified files have lines of megabytes. */
const LINE_CHARS = 8_192
const FINDINGS_IN_FILE = 50

/** Shapes that have few other meanings. Sources: the providers' own documentation of their key formats. */
const SHAPES = [
  ['private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ['AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/],
  ['GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['Slack token', /\bxox[abprs]-[A-Za-z0-9-]{12,}/],
  ['Stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ['Google API key', /\bAIza[A-Za-z0-9_-]{35}\b/],
  ['Anthropic key', /\bsk-ant-[A-Za-z0-9_-]{20,}/],
  ['OpenAI key', /\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}/],
  ['npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['JSON web token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['password in an address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@'"<>{}$]{1,80}:(?![{$<*%])[^\s/@'"<>{}$]{3,80}@[\w.-]+/i],
]
/** `password = "…"` and its kin; the value must look like one and not like a placeholder or a name. */
const ASSIGNED = /(?:^|[^A-Za-z])(?:[A-Za-z0-9_.-]{0,40}[_.-])?(pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret)["']?\s{0,4}(?:=>|[:=])\s{0,4}(["'`]?)([^\s"'`,;]{8,200})\2/gi
const PLACEHOLDER = /^(?:[<{[$%(*]|x{4,}|\.{3}|test|example|dummy|sample|change|your|none|null|undefined|true|false|todo|process\.|os\.|env\.|import\.|function|require|string|secret|password|token)|[({}\[\])]|\.\.\.|\*{3}|example|placeholder|changeme|xxxx/i

const program = {
  title: 'Secret scanner',
  summary: 'finds keys, tokens and passwords in files, without ever printing them',
  options: {
    path: { kind: 'path', required: true, default: undefined, help: 'the folder to look through' },
    ignore: { kind: 'list', default: [], help: 'names of files and folders to leave out, apart by commas; * stands for anything' },
    sure: { kind: 'boolean', default: false, help: 'true reports only shapes that have few other meanings' },
    'max-file-kb': { kind: 'number', default: 2_000, min: 1, max: 1_000_000, help: 'larger files are left out' },
    list: { kind: 'number', default: 40, min: 1, max: 10_000, help: 'how many findings of each kind to list' },
    'max-seconds': { kind: 'number', default: 600, min: 1, max: 86_400, help: 'ends the look after this time, and says so' },
  },
  exits: [
    [0, 'nothing was found'],
    [1, 'something looks like a secret'],
  ],
}

const KINDS = {
  ...Object.fromEntries(SHAPES.map(([kind]) => [kind, [`${kind[0].toUpperCase()}${kind.slice(1)}`, true]])),
  assigned: ['A value that looks like a password or key', true],
}
/** Formats that hold no text, whatever their bytes look like. */
const NO_TEXT = new Set('.png .jpg .jpeg .gif .webp .ico .pdf .zip .gz .xz .bz2 .7z .tar .mp3 .mp4 .mov .woff .woff2 .ttf .otf .so .dll .exe .wasm .class .jar .pyc .sqlite .db'.split(' '))

/** Bits a sign: a name made of words stays under 3, a random value of 16 signs and more lies above. */
function entropy(text) {
  const counts = new Map()
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  let bits = 0
  for (const times of counts.values()) bits -= (times / text.length) * Math.log2(times / text.length)
  return bits
}

function looksAssigned(name, value, quoted) {
  if (PLACEHOLDER.test(value)) return false
  if (/^[A-Za-z]+(?:[._][A-Za-z]+)*$/.test(value) && !quoted) return false // a name in code, not a value
  if (/^pass|^pwd/i.test(name)) return quoted || (/\d/.test(value) && entropy(value) > 2.5)
  return /\d/.test(value) && /[A-Za-z]/.test(value) && value.length >= 12 && entropy(value) > 3
}

/** The kinds of secrets in one line. */
function inspect(line, options) {
  const kinds = SHAPES.filter(([, shape]) => shape.test(line)).map(([kind]) => kind)
  if (kinds.length > 0 || options.sure) return kinds
  for (const [, name, quote, value] of line.matchAll(ASSIGNED)) if (looksAssigned(name, value, quote !== '')) return ['assigned']
  return []
}

function readText(path, bytes) {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(bytes)
    let filled = 0
    while (filled < bytes) {
      const got = readSync(file, buffer, filled, bytes - filled, filled)
      if (got === 0) break
      filled += got
      // A zero byte near the beginning: no text (UTF-16 with a mark is text, and is read as such).
      if (filled === got && buffer.subarray(0, Math.min(got, 4096)).includes(0)) return utf16(buffer.subarray(0, got)) && got === bytes ? buffer.subarray(2, got).toString('utf16le') : null
    }
    return buffer.subarray(0, filled).toString('utf8')
  } finally {
    closeSync(file)
  }
}

function utf16(buffer) {
  return buffer[0] === 0xff && buffer[1] === 0xfe
}

function inspectFile(text, options, found) {
  const lines = text.split('\n')
  let left = FINDINGS_IN_FILE
  for (let index = 0; index < lines.length && left > 0; index += 1) {
    const line = lines[index].slice(0, LINE_CHARS)
    for (const kind of inspect(line, options)) {
      found(kind, index + 1)
      left -= 1
    }
  }
}

await runProgram(program, async (options, frame) => {
  const root = existingFolder(options.path)
  frame.line(`Secret scanner: ${clean(root)}\n`)
  const began = performance.now()
  const findings = makeFindings(KINDS, options.list)
  const ignored = toMatchers(options.ignore)
  const most = options['max-file-kb'] * 1000
  const seen = { files: 0, bytes: 0, large: 0, binary: 0, withFindings: 0 }
  const visitor = {
    progress: () => `${count(seen.files, 'file', 'files')} so far`,
    folder: (path) => !TOOL_FOLDERS.has(basename(path)) && !ignored(basename(path)),
    file(path, stats) {
      if (ignored(basename(path)) || stats.size === 0) return
      if (NO_TEXT.has(extname(path).toLowerCase())) seen.binary += 1
      else if (stats.size > most) seen.large += 1
      else {
        try {
          const text = readText(path, stats.size)
          if (text === null) seen.binary += 1
          else {
            seen.files += 1
            seen.bytes += stats.size
            let any = false
            inspectFile(text, options, (kind, line) => {
              any = true
              findings.add(kind, `${relative(root, path)}:${line}`, '')
            })
            if (any) seen.withFindings += 1
          }
        } catch (error) {
          if (error.code === undefined) throw error
          frame.problem(`${path}: ${why(error)}`)
        }
      }
    },
  }
  const whole = await walk(root, visitor, frame, { deadline: began + options['max-seconds'] * 1000 })
  const rows = [
    ['Looked at', `${count(seen.files, 'text file', 'text files')}, ${size(seen.bytes)}, in ${span(performance.now() - began)}`],
    ['Left out', `${number(seen.binary)} without text, ${number(seen.large)} larger than ${size(most)}; node_modules, .git, caches and the like`],
  ]
  for (const line of facts(rows)) frame.line(line)
  if (!whole) frame.line(`\nNot complete: the time limit of ${options['max-seconds']} s ended the look.`)
  for (const line of findings.lines()) frame.line(line)
  frame.line()
  frame.closeProblems()
  if (findings.needing === 0) {
    frame.line('Nothing was found in what was looked at.')
    return 0
  }
  frame.line(`${count(findings.needing, 'place', 'places')} in ${count(seen.withFindings, 'file', 'files')} to look at. What is real belongs into a vault, and should be replaced where it was issued.`)
  return 1
})
