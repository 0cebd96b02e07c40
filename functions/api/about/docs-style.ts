/** Style of the documentation page; follows the reader's light or dark mode. */
export const docsStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav a { display: block; color: inherit; text-decoration: none; padding: 0.1rem 0; }
nav a:hover, nav a:focus { text-decoration: underline; }
section { border-top: 1px solid #8884; margin-top: 1.5rem; }
h2 { font-size: 1.2rem; }
h3 { font-size: 1rem; margin-bottom: 0.3rem; }
pre { overflow-x: auto; background: #8881; padding: 0.5rem; font-size: 0.8rem; margin: 0.2rem 0; }
td { vertical-align: top; padding-right: 1rem; }
`;
