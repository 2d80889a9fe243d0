import { parseTemplate, type Template } from './template.ts';

/** Layouts with a name, and the templates they stand for. */
export const LAYOUTS = {
  flat: '{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-chat': '{chat} {chatId}/{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-month': '{date:yyyy}/{date:yyyy-MM}/{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-kind': '{kind}/{date:yyyy-MM-dd HHmmss} {mediaId}',
  'by-message': '{chat} {chatId}/{date:yyyy-MM-dd HHmmss} {messageId}/{position|pad:2} {mediaId}',
} as const;

/** The template of a layout's name, or of a template itself. Throws AppError `usage`. */
export function layoutOf(text: string): Template {
  const found = Object.entries(LAYOUTS).find(([name]) => name === text);
  return parseTemplate(found?.[1] ?? text);
}
