/** The built window over HTTP: files of one folder, nothing outside it by any name or link, with a strict policy. */
import { createReadStream } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** What a page may do, wherever it is served: nothing but its own files, and our socket. */
export function contentPolicy(connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Answers `path` (as it stands in the URL, after the launch key) from `folder`: 200, 304 or an empty 404. */
export async function serveWindowFile(
  folder: string,
  path: string,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Content-Security-Policy', contentPolicy(`'self' ws://127.0.0.1:${port} ws://localhost:${port}`))
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  const found = await findFile(folder, path)
  if (!found) return void response.writeHead(404, { 'Content-Length': 0 }).end()
  response.setHeader('ETag', found.etag)
  response.setHeader('Cache-Control', isHashed(found.path) ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === found.etag) return void response.writeHead(304).end()
  response.setHeader('Content-Type', TYPES[extname(found.path)] ?? 'application/octet-stream')
  response.setHeader('Content-Length', found.bytes)
  response.writeHead(200)
  if (request.method === 'HEAD') return void response.end()
  createReadStream(found.path)
    .on('error', () => response.destroy())
    .pipe(response)
}

interface Found {
  readonly path: string
  readonly bytes: number
  readonly etag: string
}

async function findFile(folder: string, urlPath: string): Promise<Found | undefined> {
  const names = namesOf(urlPath)
  if (!names) return undefined
  try {
    const root = await realpath(folder)
    const path = await realpath(join(root, ...names))
    if (!path.startsWith(root + sep)) return undefined
    const file = await open(path, 'r')
    const stat = await file.stat().finally(() => file.close())
    if (!stat.isFile()) return undefined
    return { path, bytes: stat.size, etag: `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"` }
  } catch {
    return undefined
  }
}

/** The path's names, or undefined when one of them is none: empty, a dot name, or with a sign that some system reads as a separator. */
function namesOf(urlPath: string): readonly string[] | undefined {
  if (urlPath === '') return ['index.html']
  let names: string[]
  try {
    names = urlPath.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
  return names.every((name) => /^[A-Za-z0-9_-][A-Za-z0-9._ -]*$/.test(name)) ? names : undefined
}

/** Vite puts a hash of the content into the names of its assets, so such a file never changes. */
function isHashed(path: string): boolean {
  return /[/\\]assets[/\\][^/\\]*-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/.test(path)
}
