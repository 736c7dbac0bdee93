/** Windows: a toast by PowerShell. A click on it opens nothing: that wants a registered deep link. */
import { CannotShow, type Run, type Way, type WayThere } from './way.ts'

/** The texts come by the environment and become text nodes; nothing of them is ever read as script or markup. */
const SCRIPT = `$ErrorActionPreference = 'Stop'
[Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime] | Out-Null
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$lines = $xml.GetElementsByTagName('text')
$lines.Item(0).AppendChild($xml.CreateTextNode($env:TROUPE_NOTE_TITLE)) | Out-Null
$lines.Item(1).AppendChild($xml.CreateTextNode($env:TROUPE_NOTE_TEXT)) | Out-Null
$toast = [Windows.UI.Notifications.ToastNotification]::new($xml)
$toast.Tag = $env:TROUPE_NOTE_TAG
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($app).Show($toast)
`
const THERE: WayThere = { way: 'PowerShell toast', opens: false }

export function toastWay(run: Run): Way {
  const encoded = Buffer.from(SCRIPT, 'utf16le').toString('base64')
  return {
    async show({ tag, title, text }) {
      const note = { TROUPE_NOTE_TITLE: title, TROUPE_NOTE_TEXT: text, TROUPE_NOTE_TAG: tag }
      const args = ['-NoProfile', '-NonInteractive', '-WindowStyle', 'Hidden', '-EncodedCommand', encoded]
      const { code, said } = await run('powershell.exe', args, note)
      if (code !== 0) throw new CannotShow(`PowerShell could not show it${said === '' ? '' : `: ${said}`}`)
      return THERE
    },
    look: async () => undefined,
    stop: () => undefined,
  }
}
