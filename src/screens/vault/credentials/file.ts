/** Bytes of files to base64 and back. */
const CHUNK = 0x8000

export async function fileToBase64(file: File): Promise<string> {
  const raw = new Uint8Array(await file.arrayBuffer())
  let text = ''
  // In pieces: the arguments of one call are bounded.
  for (let at = 0; at < raw.length; at += CHUNK) text += String.fromCharCode(...raw.subarray(at, at + CHUNK))
  return btoa(text)
}

export function saveBytes(name: string, base64: string): void {
  const text = atob(base64)
  const raw = Uint8Array.from(text, (sign) => sign.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([raw]))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
