// Ink's colours go through a library that looks at the process's own terminal when it is loaded. Our
// theme already knows what each terminal can show, so that library must leave all colours in.
process.env.FORCE_COLOR = '3'
