/** The icon of each name in the contract's list, and of each run state. Single files, so that only these are loaded. */

import type { LucideProps } from 'lucide-solid'
import Archive from 'lucide-solid/icons/archive'
import Ban from 'lucide-solid/icons/ban'
import Bell from 'lucide-solid/icons/bell'
import BookOpen from 'lucide-solid/icons/book-open'
import Bot from 'lucide-solid/icons/bot'
import Calendar from 'lucide-solid/icons/calendar'
import Camera from 'lucide-solid/icons/camera'
import ChartColumn from 'lucide-solid/icons/chart-column'
import CircleCheck from 'lucide-solid/icons/circle-check'
import CirclePause from 'lucide-solid/icons/circle-pause'
import CircleX from 'lucide-solid/icons/circle-x'
import Clock from 'lucide-solid/icons/clock'
import Code from 'lucide-solid/icons/code'
import Database from 'lucide-solid/icons/database'
import File from 'lucide-solid/icons/file'
import FlaskConical from 'lucide-solid/icons/flask-conical'
import Folder from 'lucide-solid/icons/folder'
import GitBranch from 'lucide-solid/icons/git-branch'
import Globe from 'lucide-solid/icons/globe'
import HardDrive from 'lucide-solid/icons/hard-drive'
import Heart from 'lucide-solid/icons/heart'
import Hourglass from 'lucide-solid/icons/hourglass'
import LoaderCircle from 'lucide-solid/icons/loader-circle'
import Mail from 'lucide-solid/icons/mail'
import Music from 'lucide-solid/icons/music'
import Pen from 'lucide-solid/icons/pen'
import ScrollText from 'lucide-solid/icons/scroll-text'
import Search from 'lucide-solid/icons/search'
import Shield from 'lucide-solid/icons/shield'
import Star from 'lucide-solid/icons/star'
import Terminal from 'lucide-solid/icons/terminal'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import User from 'lucide-solid/icons/user'
import Wrench from 'lucide-solid/icons/wrench'
import Zap from 'lucide-solid/icons/zap'
import type { Component } from 'solid-js'
import type { Icon, RunState } from '#contract/plain'

export type IconPart = Component<LucideProps>

export const PERSONA_ICONS: Readonly<Record<Icon, IconPart>> = {
  user: User,
  bot: Bot,
  terminal: Terminal,
  disk: HardDrive,
  folder: Folder,
  file: File,
  log: ScrollText,
  shield: Shield,
  archive: Archive,
  search: Search,
  globe: Globe,
  mail: Mail,
  calendar: Calendar,
  code: Code,
  git: GitBranch,
  pen: Pen,
  book: BookOpen,
  chart: ChartColumn,
  clock: Clock,
  bell: Bell,
  wrench: Wrench,
  flask: FlaskConical,
  database: Database,
  camera: Camera,
  music: Music,
  heart: Heart,
  star: Star,
  bolt: Zap,
}

interface StateLook {
  readonly word: string
  readonly icon: IconPart
  readonly tone: 'quiet' | 'accent' | 'ok' | 'warn' | 'bad'
}

export const STATE_LOOKS: Readonly<Record<RunState, StateLook>> = {
  queued: { word: 'Queued', icon: Hourglass, tone: 'quiet' },
  running: { word: 'Running', icon: LoaderCircle, tone: 'accent' },
  parked: { word: 'Parked', icon: CirclePause, tone: 'warn' },
  succeeded: { word: 'Succeeded', icon: CircleCheck, tone: 'ok' },
  failed: { word: 'Failed', icon: CircleX, tone: 'bad' },
  cancelled: { word: 'Cancelled', icon: Ban, tone: 'quiet' },
  incomplete: { word: 'Incomplete', icon: TriangleAlert, tone: 'warn' },
}
