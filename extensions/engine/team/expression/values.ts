/** Values that leave the sandbox and that JSON cannot hold: times and spans, as Luxon prints them, without Luxon on this side. */

/** A moment in a zone. Prints and serialises as its ISO text; as a number it is milliseconds since 1970. An invalid one has neither. */
export class MomentValue {
  readonly iso: string | null
  readonly zone: string | null
  readonly millis: number

  constructor(iso: string | null, zone: string | null, millis: number) {
    this.iso = iso
    this.zone = zone
    this.millis = millis
  }

  toJSON(): string | null {
    return this.iso
  }

  toString(): string {
    return this.iso ?? 'Invalid DateTime'
  }

  valueOf(): number {
    return this.millis
  }
}

/** A length of time or a stretch of it, as ISO 8601 text. */
export class SpanValue {
  readonly kind: 'duration' | 'interval'
  readonly iso: string

  constructor(kind: 'duration' | 'interval', iso: string) {
    this.kind = kind
    this.iso = iso
  }

  toJSON(): string {
    return this.iso
  }

  toString(): string {
    return this.iso
  }
}
