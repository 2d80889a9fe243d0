import { EXPORT_LAYOUTS } from '../contract/export-shapes.ts';
import { parseTemplate, type Template } from '../naming/template.ts';

/** The template of a layout's name, or of a template itself. Throws AppError `usage`. */
export function layoutOf(text: string): Template {
  const found = Object.entries(EXPORT_LAYOUTS).find(([name]) => name === text);
  return parseTemplate(found?.[1] ?? text);
}
