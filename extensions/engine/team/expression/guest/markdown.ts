/** Inside the box: text without its Markdown. */
import { guestFunctions } from '../../sandbox/guest-text.ts'

function plainText(text: string): string {
  return text
    .replace(/^(?:-\s*?|\*\s*?|_\s*?){3,}\s*$/gm, '')
    .replace(/^[ \t]*(?:[*\-+]|\d+\.)[ \t]+/gm, '')
    .replace(/\n={2,}/g, '\n')
    .replace(/~{3}.*\n/g, '')
    .replace(/~~/g, '')
    .replace(/`{3}.*\n/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/^[=-]{2,}\s*$/g, '')
    .replace(/\[\^.+?\](?:: .*?$)?/g, '')
    .replace(/\s{0,2}\[.*?\]: .*?$/g, '')
    .replace(/!\[(.*?)\][[(].*?[\])]/g, '')
    .replace(/\[(.*?)\][[(].*?[\])]/g, '$1')
    .replace(/^[ \t]*>[ \t]?/gm, '')
    .replace(/^#{1,6}[ \t]*(.*?)[ \t]*#*[ \t]*$/gm, '$1')
    .replace(/([*_]{1,3})(\S.*?\S?)\1/g, '$2')
    .replace(/(`{3,})(.*?)\1/gm, '$2')
    .replace(/`(.+?)`/g, '$1')
    .replace(/\n{2,}/g, '\n\n')
}

export const markdownPart = guestFunctions({ plainText })
