// Ink's colours go through chalk, which looks at the process's own terminal when it is loaded. Our
// theme already knows what each terminal can show, so chalk must leave all colours in.
process.env.FORCE_COLOR = '3'
