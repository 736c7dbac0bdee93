/** Values that leave the sandbox and that JSON cannot hold: times and spans, as Luxon prints them, without Luxon on this side. */

/** A moment in a zone. Prints and serialises as its ISO text; as a number it is milliseconds since 1970. */
export class MomentValue {
  readonly iso: string
  readonly zone: string
  readonly millis: number

  constructor(iso: string, zone: string, millis: number) {
    this.iso = iso
    this.zone = zone
    this.millis = millis
  }

  toJSON(): string {
    return this.iso
  }

  toString(): string {
    return this.iso
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
