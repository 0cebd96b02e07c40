/** What a report adds to the style of the pages. */
export const reportStyle = `
main{padding-block:1.5rem 4rem}
.eyebrow{margin:0;color:var(--muted);font-size:.87rem}
.toc{margin:2rem 0 0;padding:.7rem 0;border-block:1px solid var(--line);font-size:.93rem}
.toc ol{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;margin:0;padding:0;list-style:none}
.taught{margin:1.5rem 0 0;padding:.2rem 0 .2rem 1rem;border-left:3px solid var(--s0)}
.taught h2{font:600 .87rem/1.3 var(--sans);letter-spacing:0;color:var(--muted)}
.taught .problem{font-size:1.35rem}
.runs-of>section{margin-top:2rem}
h2+.scroll,.note+.scroll{margin-top:1rem}
.scores th small{display:block}
.scores td{min-width:5rem}
.scores td small{display:block;white-space:nowrap}
.bar{position:relative;display:block;height:.4rem;min-width:3rem;margin-top:.25rem;background:var(--panel);border-radius:2px}
.bar i,.bar b{position:absolute;top:0;bottom:0;left:0;width:calc(var(--m)*1%);background:var(--s0);border-radius:2px}
.bar b{left:calc(var(--l)*1%);width:calc(var(--w)*1%);top:calc(50% - .75px);bottom:auto;height:1.5px;background:var(--ink)}
details{margin-top:1.2rem}
details .scroll{max-height:26rem;overflow:auto;margin-top:.6rem}
.caveats{columns:2 20rem;column-gap:3rem}
.caveats p{margin:0;padding-top:.6rem;break-inside:avoid}
.note+.flip{margin-top:1rem}
.two h3:first-child{margin-top:.3rem!important}
pre.cmd{white-space:pre-wrap;overflow-wrap:anywhere}
@media(max-width:44rem){
  .scores th,.scores td{padding-inline:.3rem}
  .scores td{min-width:0}
  .toc ol{flex-direction:column}
}
`;
