// To be imported before Ink: what it colours with looks at the environment once, and a test's own output is no terminal.
process.env.FORCE_COLOR = '3'
