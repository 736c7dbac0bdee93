/** PERSONAS: the list of all personas, in groups and in the person's order; from here they are run, made, imported and put away. */

export { PersonasScreen } from './personas-screen.tsx'
export { TemplateGallery } from './template-gallery.tsx'
