/** Bytes of files to base64 and back. */
const CHUNK = 0x8000

export async function fileToBase64(file: File): Promise<string> {
  const raw = new Uint8Array(await file.arrayBuffer())
  let text = ''
  // In pieces: the arguments of one call are bounded.
  for (let at = 0; at < raw.length; at += CHUNK) text += String.fromCharCode(...raw.subarray(at, at + CHUNK))
  return btoa(text)
}

export function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
}
