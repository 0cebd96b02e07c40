/**
 * The style of every page: light, dark by preference, one column on a phone, black on white in print. Lines instead of boxes;
 * nothing smaller than 12 px.
 */
export const style = `
/* Colours are tested for contrast on paper and on panel; what they mean is always said in words or shape too. */
:root{color-scheme:light dark;--paper:#fcfbf8;--panel:#f3f1ea;--ink:#1d1c1a;--muted:#625e56;--line:#dedad0;--edge:#8a857a;--s0:#1b5fae;--s1:#a84f08;--right:#1f6a36;--wrong:#a32e26;--amber:#7d5200;--mark:#dbe8f8;--add:#e2f0e4;--cut:#f8e5e1;--serif:ui-serif,'Iowan Old Style',Charter,'Source Serif 4',Georgia,Cambria,'Liberation Serif',serif;--sans:ui-sans-serif,system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',sans-serif;--mono:ui-monospace,'SF Mono','Cascadia Code',Menlo,Consolas,'Liberation Mono',monospace;--hatch:repeating-linear-gradient(135deg,var(--line) 0 1.5px,transparent 1.5px 5px)}
@media screen and (prefers-color-scheme:dark){
  :root{--paper:#15171a;--panel:#1e2125;--ink:#e9e7e2;--muted:#a8a49b;--line:#353a40;--edge:#7b7f85;--s0:#7cb5f5;--s1:#eea35a;--right:#7fce96;--wrong:#f0928a;--amber:#e3b45c;--mark:#24405f;--add:#1d3626;--cut:#43252a}
}
/* Page */
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:4rem}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 var(--sans);font-variant-numeric:tabular-nums;overflow-wrap:break-word}
a{color:var(--s0);text-decoration-thickness:1px;text-underline-offset:.18em}
a:hover{text-decoration-thickness:2px}
a:not([href]){color:inherit;text-decoration:none}
:focus-visible{outline:2px solid var(--s0);outline-offset:2px;border-radius:2px}
.wrap,main{max-width:75rem;margin:0 auto;padding-inline:2rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;z-index:9;background:var(--paper);padding:.4rem .8rem}
.top{border-bottom:1px solid var(--line)}
.top .wrap{display:flex;align-items:center;gap:2rem;min-height:3.25rem}
.brand{font:600 1.15rem/1 var(--serif);color:var(--ink);text-decoration:none;letter-spacing:-.01em}
.tabs{display:flex;gap:1.5rem;flex:1;align-self:stretch}
.tabs a{display:flex;align-items:center;color:var(--muted);text-decoration:none;border-bottom:2px solid transparent;margin-bottom:-1px}
.tabs a:hover{color:var(--ink)}
.tabs a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--ink)}
/* Controls */
button{font:inherit;color:inherit;background:none;border:1px solid var(--edge);border-radius:4px;padding:.25rem .7rem;min-height:1.9rem;cursor:pointer}
button:hover{background:var(--panel)}
kbd{display:inline-block;min-width:1.5em;padding:0 .35em;text-align:center;font:.86em/1.45 var(--mono);border:1px solid var(--edge);border-radius:3px}
.keys{width:min(26rem,calc(100vw - 2rem));padding:1.25rem 1.5rem;color:var(--ink);background:var(--paper);border:1px solid var(--edge);border-radius:6px}
.keys h2{margin:0 0 .6rem;font-size:1.1rem}
.keys dl{display:grid;grid-template-columns:auto 1fr;gap:.4rem 1rem;margin:0}
.keys dd{margin:0}
.keys dt{white-space:nowrap}
.keys::backdrop{background:rgb(0 0 0/.25)}
/* Head of a page */
.cr{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:center;gap:.5rem 2rem;margin:1.25rem 0 0;min-height:2.2rem}
.crumbs{color:var(--muted);font-size:.87rem}
.crumbs ol{display:flex;flex-wrap:wrap;margin:0;padding:0;list-style:none}
.crumbs li+li::before{content:'/';margin:0 .55em;color:var(--edge)}
.crumbs a{color:inherit}
.crumbs [aria-current]{color:var(--ink)}
.bar2{display:flex;justify-content:space-between;align-items:baseline;gap:.5rem 2rem;flex-wrap:wrap}
h1,h2,h3{line-height:1.2;text-wrap:balance;margin:0}
h1{margin-top:.7rem;max-width:27em;font:600 clamp(1.6rem,3.6vw,2.4rem)/1.16 var(--serif);letter-spacing:-.015em}
h1 small{font-size:.66em;font-weight:400;color:var(--muted);letter-spacing:0;white-space:nowrap}
main>h1:first-child{margin-top:2.2rem}
h2{font:600 1.4rem/1.2 var(--serif);letter-spacing:-.01em}
h3,h2.h3{font:600 .95rem/1.3 var(--sans);letter-spacing:0}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.lede{margin:.9rem 0 0;max-width:44em;color:var(--muted);font:1.08rem/1.55 var(--serif)}
.note{margin:.3rem 0 0;max-width:52em;color:var(--muted);font-size:.87rem}
.state{margin:.9rem 0 0;color:var(--muted);font-size:.87rem}
.state b{color:var(--ink)}
/* Sections, filters, facts */
section{margin-top:3.5rem}
.sh{display:flex;flex-wrap:wrap;align-items:end;justify-content:space-between;gap:.6rem 2rem;margin-bottom:1.25rem}
.seg{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .35rem;font-size:.87rem;color:var(--muted)}
.seg a{padding:.15rem .55rem;min-height:1.7rem;color:var(--ink);text-decoration:none;border:1px solid transparent;border-radius:4px;min-width:0;overflow-wrap:anywhere}
.seg a:hover{background:var(--panel)}
.seg a[aria-current]{border-color:var(--edge);font-weight:600}
.seg i{font-style:normal;color:var(--muted);font-weight:400;margin-left:.3em}
.filters{display:grid;gap:.4rem;margin:1rem 0 0}
.filters .seg>span{min-width:4.6rem}
.facts{display:grid;grid-template-columns:repeat(4,1fr);gap:1.5rem;margin:2rem 0 0}
.facts div{border-top:2px solid var(--ink);padding-top:.6rem}
.facts dt{font:600 1.6rem/1.1 var(--sans);letter-spacing:-.02em}
.facts dt small{font-size:.54em;font-weight:400;color:var(--muted);letter-spacing:0;white-space:nowrap}
.facts dd{margin:.35rem 0 0;color:var(--muted);font-size:.87rem;line-height:1.4}
/* Charts: geometry in a stretched 100 by 100 box, labels as text at percentages */
figure{margin:0;min-width:0}
figcaption{font-size:.87rem;line-height:1.35;margin-bottom:.7rem}
figcaption b{display:block;font-weight:600}
figcaption span{color:var(--muted);font-size:.92em}
.plot{position:relative;height:var(--h);margin:0 var(--r,2.6rem) 1.5rem var(--l,1.7rem);font-size:12px;line-height:1;color:var(--muted)}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot path{vector-effect:non-scaling-stroke;fill:none;stroke-linejoin:round}
.g{stroke:var(--line)}
.ax{stroke:var(--edge)}
.l0{stroke:var(--s0);stroke-width:2}
.l1{stroke:var(--s1);stroke-width:1.75;stroke-dasharray:5 3.5}
.ls{stroke:var(--s0);stroke-width:1;stroke-opacity:.6}
.gap{stroke:var(--s0);stroke-width:1.5;stroke-dasharray:1 4;stroke-linecap:round}
.d0{stroke:var(--s0);stroke-width:5.5;stroke-linecap:round}
.plot .b0,.plot .b1{stroke:none;fill:var(--s0);fill-opacity:.17}
.plot .b1{fill:var(--s1);fill-opacity:.15}
.base{stroke:var(--muted);stroke-dasharray:1.5 3}
.sat{stroke:var(--ink);stroke-dasharray:2 3}
.plot .warns,.key .warns{stroke:var(--amber);stroke-dasharray:5 2}
.plot>span,.plot>b{position:absolute;white-space:nowrap;font-weight:400}
.yt{right:calc(100% + .45em);top:calc(var(--y)*1%);transform:translateY(-50%)}
.xt{top:calc(100% + .55em);left:calc(var(--x)*1%);transform:translateX(-50%)}
.plot>.en{left:calc(100% + .55em);top:var(--t);transform:translateY(-50%);color:var(--muted)}
.plot>.e0{color:var(--s0);font-weight:700}
.plot>.e1{color:var(--s1);font-weight:600}
.plot>.lab{left:calc(var(--x)*1%);bottom:calc(100% + .15em);color:var(--ink);padding-left:.35em}
.plot>.lab.l{left:auto;right:calc((100 - var(--x))*1%);padding:0 .35em 0 0}
.plot>.miss{top:calc(100% - .55em);left:calc(var(--x)*1%);transform:translateX(-50%);color:var(--wrong);font-weight:700;background:var(--paper);padding:0 .1em}
.plot>.miss.w{color:var(--muted)}
.hit{position:absolute;inset:-.4em auto -.2em calc(var(--x)*1%);width:calc(var(--w)*1%)}
.hit:hover,.hit:focus-visible{background:linear-gradient(var(--ink),var(--ink)) 50%/1px 100% no-repeat}
.hit:hover::after,.hit:focus-visible::after{content:attr(data-v);position:absolute;z-index:3;bottom:calc(100% + .2em);left:50%;transform:translateX(-50%);white-space:pre;padding:.45em .65em;font:12px/1.5 var(--sans);color:var(--paper);background:var(--ink);border-radius:4px;pointer-events:none}
.hit.z:hover::after,.hit.z:focus-visible::after{left:auto;right:0;transform:none}
.multi{display:grid;grid-template-columns:repeat(5,minmax(0,1fr));gap:1.4rem 1.25rem}
.multi>:first-child{grid-column:span 2;grid-row:span 2}
.six .l1{stroke-width:1.25;stroke-dasharray:3 2}
.six .l0{stroke-width:1.75}
.multi>:first-child figcaption{margin-bottom:1.5rem}
.six{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:1.4rem 1rem}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:0;padding:0;list-style:none;font-size:.87rem;color:var(--muted)}
.key svg{width:26px;height:12px;vertical-align:-1px;margin-right:.4em;overflow:visible}
.key path{fill:none}
.key .b0{stroke:none;fill:var(--s0);fill-opacity:.17}
/* Checkpoints */
.strip{display:grid;grid-template-columns:repeat(13,minmax(0,1fr));gap:4px;margin:0;padding:0;list-style:none}
.strip li{min-width:0}
.strip a{display:block;height:100%;padding:.4rem .4rem .5rem .5rem;color:var(--ink);text-decoration:none;background:var(--panel);border:1px solid transparent;border-top:3px solid var(--s0);border-radius:0 0 4px 4px;line-height:1.3}
.strip a:hover{border-color:var(--edge);border-top-color:var(--s0)}
.strip small{display:block;color:var(--muted);font-size:.8rem;white-space:nowrap}
.strip b{display:block;font-size:1.05rem;font-weight:600}
.strip .failed a{border:1px solid var(--wrong);border-top-width:3px;background:linear-gradient(var(--paper),var(--paper)) 0 0/100% calc(100% - .55rem) no-repeat,var(--hatch)}
.failed b,.bad{color:var(--wrong)}
.strip .waiting a{background:none;border:1px dashed var(--edge);border-top-width:3px}
.waiting b{color:var(--muted);font-weight:400}
.strip b.w{font-size:.87rem;line-height:1.37rem}
.strip [aria-current]{box-shadow:inset 0 -3px var(--ink)}
.alert{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.5rem 1.5rem;margin:.8rem 0;padding:.6rem .9rem;border-left:3px solid var(--wrong);background:var(--panel);border-radius:0 4px 4px 0;font-size:.93rem}
.alert p{margin:0;max-width:58em}
.alert form{margin:0}
.alert code{overflow-wrap:anywhere}
.alert.amber{border-left-color:var(--amber)}
.alert.plain{border-left-color:var(--edge)}
.muted{color:var(--muted)}
/* Steps */
.bars{display:flex;align-items:stretch;gap:2px;height:6.5rem;margin:0 0 .4rem}
.bars a{flex:1;display:flex;flex-direction:column;justify-content:flex-end;min-width:0;border-radius:1px}
.bars a:hover,.bars a:focus-visible{outline:2px solid var(--ink);outline-offset:1px}
.bars i{display:block}
.bars .m,.sw.m{background:var(--s0)}
.bars .r,.sw.r{background:var(--hatch),var(--panel)}
.bars .w,.sw.w{background:var(--paper);border:1.5px solid var(--wrong)}
.sw{display:inline-block;width:.85em;height:.85em;margin-right:.45em;vertical-align:-.08em;border:1px solid transparent}
.sw.r{border-color:var(--line)}
.barx{position:relative;height:1.1rem;color:var(--muted);font-size:12px}
.barx span{position:absolute;transform:translateX(-50%);left:calc(var(--x)*1%)}
.two{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:2rem 3.5rem}
.problem{margin:.5rem 0 .6rem;font:600 1.75rem/1.25 var(--serif);letter-spacing:-.01em}
/* Tables */
table{border-collapse:collapse;width:100%;font-size:.93rem;line-height:1.4}
th,td{padding:.42rem .8rem;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line);font-weight:400}
th:first-child,td:first-child{padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-weight:600;font-size:.87rem;border-bottom:2px solid var(--ink);vertical-align:bottom}
tbody th b{font-weight:600}
th small,td small{color:var(--muted);font-size:.87em}
.n{text-align:right;white-space:nowrap}
.scroll{overflow-x:auto}
.note+.scroll{margin-top:.6rem}
details summary{cursor:pointer;font-weight:600}
.links{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:1rem 0 0;padding:0;list-style:none}
.foot{margin:4rem 0 3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--muted);font-size:.87rem;display:flex;flex-wrap:wrap;gap:.5rem 2rem;justify-content:space-between}
code{font:.93em/1.4 var(--mono)}
/* Comparisons */
.ab{display:grid;grid-template-columns:1fr auto 1fr;gap:.8rem;align-items:stretch;margin:1.2rem 0 0;max-width:52rem}
.ab div{padding:.5rem .8rem;background:var(--panel);border-radius:4px}
.ab div b{font-weight:600}
.ab div small{display:block;color:var(--muted);font-size:.87rem}
.ab>a{align-self:center}
.same{margin:1.6rem 0 0;padding:.75rem 1rem .85rem;border-left:3px solid var(--right);background:var(--panel);border-radius:0 4px 4px 0}
.same.amber{border-left-color:var(--amber)}
.same.red{border-left-color:var(--wrong)}
.same p{margin:0}
.same ul{display:flex;flex-wrap:wrap;gap:.15rem 1.4rem;margin:.35rem 0 0;padding:0;list-style:none;font-size:.87rem;color:var(--muted)}
.ok{color:var(--right);font-weight:600}
.may{color:var(--amber)}
.same p .may,.same p .bad{font-weight:600}
.pd td,.pd tbody th,.pd tfoot th{vertical-align:middle}
.pd th{white-space:nowrap}
.forest{position:relative;display:block;height:1.6rem;min-width:12rem;border-inline:1px solid var(--line)}
.forest i{position:absolute;top:0;bottom:0}
.forest .z{left:calc(var(--z)*1%);border-left:1px solid var(--ink)}
.forest .mde{left:calc(var(--l)*1%);width:calc(var(--w)*1%);background:var(--hatch),var(--panel)}
.forest .iv{top:calc(50% - 1px);bottom:auto;height:2px;left:calc(var(--l)*1%);width:calc(var(--w)*1%);background:var(--s0)}
.forest .iv::before,.forest .iv::after{content:'';position:absolute;top:-3px;height:8px;border-left:2px solid var(--s0)}
.forest .iv::after{right:0}
.forest .pt{top:calc(50% - 4.5px);bottom:auto;left:calc(var(--l)*1% - 4.5px);width:9px;height:9px;border-radius:50%;background:var(--s0);box-shadow:0 0 0 2px var(--paper)}
.fx{position:relative;display:block;height:1.4em;min-width:12rem;font-weight:400}
.fx span{position:absolute;left:calc(var(--l)*1%);transform:translateX(-50%)}
.fx span:last-child{transform:translateX(-100%)}
tfoot th,tfoot td{border-top:2px solid var(--ink);border-bottom:0;padding-top:.6rem;font-weight:600}
tfoot small{font-weight:400}
/* Samples side by side */
.flip{padding:1.1rem 0 1.2rem;border-top:1px solid var(--line)}
.fh{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem 1.2rem;margin-bottom:.6rem}
.fh h3{font:600 1.1rem/1.35 var(--serif);overflow-wrap:anywhere}
.fh .gold{font-size:.93rem}
.fh .id{margin-left:auto;font-size:.87rem;color:var(--muted)}
.tag{font-size:.87rem;font-weight:600;white-space:nowrap}
.pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.8rem}
.c{padding:.6rem .85rem .7rem;background:var(--panel);border-radius:4px;min-width:0;border-left:3px solid var(--edge)}
.c.right{border-left-color:var(--right)}
.c.wrong{border-left:3px dashed var(--wrong)}
.ch{display:flex;flex-wrap:wrap;gap:.1rem .9rem;justify-content:space-between;margin:0 0 .35rem;color:var(--muted);font-size:.87rem}
.v{font-weight:600;white-space:nowrap}
.right>.ch .v,.v.r{color:var(--right)}
.wrong>.ch .v,.v.w{color:var(--wrong)}
.t{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:.87rem/1.6 var(--mono)}
.t .s{color:var(--muted)}
.nb{white-space:nowrap}
.ctl{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem}
.same li b{font-weight:400;color:var(--ink)}
.fc{width:25%}
.eb{stroke:var(--s0);stroke-width:6;stroke-opacity:.28}
.nw{white-space:nowrap}
ins,del{color:inherit;border-radius:2px;text-decoration-thickness:1.5px;text-underline-offset:.25em}
ins{background:var(--add);text-decoration:underline solid var(--right)}
del{background:var(--cut);text-decoration:underline dotted var(--wrong)}
mark{padding:.05em .3em;color:var(--ink);font-weight:600;background:var(--mark);border-radius:2px;box-shadow:inset 0 0 0 1px var(--s0)}
.why{margin:.4rem 0 0;font-size:.87rem;color:var(--muted)}
.ticks{letter-spacing:.1em;white-space:nowrap}
.pager{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem 2rem;padding-top:1rem;border-top:1px solid var(--line);font-size:.93rem}
/* A step */
.sparks{display:grid;grid-template-columns:repeat(7,minmax(0,1fr));gap:1rem 1.4rem;margin:2rem 0 0}
.sparks .plot{display:block}
.sparks>div{border-top:2px solid var(--ink);padding-top:.5rem}
.sparks dt{color:var(--muted);font-size:.87rem}
.sparks dd{margin:.1rem 0 0;font:600 1.3rem/1.2 var(--sans);letter-spacing:-.01em}
.sparks dd small{font-size:.66em;font-weight:400;color:var(--muted);letter-spacing:0}
.sparks .plot{--h:1.7rem;margin:.6rem .2rem 0}
.now{stroke:var(--ink);stroke-width:7;stroke-linecap:round}
.spark{stroke:var(--s0);stroke-width:1.5}
.hist{display:grid;grid-template-columns:minmax(0,4fr) minmax(0,8fr) minmax(0,13fr);gap:2rem 3rem}
.cols{display:flex;gap:6px;height:11rem;align-items:stretch;border-bottom:1px solid var(--edge)}
.cols a{flex:1;display:flex;flex-direction:column;justify-content:flex-end;text-align:center;color:var(--ink);text-decoration:none;font-size:.87rem;min-width:0}
.cols i{display:block;background:var(--s0);border-radius:2px 2px 0 0;min-height:1px}
.cols .good i{background:color-mix(in srgb,var(--right) 70%,var(--paper));border:1.5px solid var(--right);border-bottom:0}
.cols a:hover i{opacity:.75}
.cols a:hover{text-decoration:underline}
.cols .dead i{background:var(--hatch),var(--panel);border:1.5px solid var(--edge);border-bottom:0}
.cols .bad i{background:var(--paper);border:2px solid var(--wrong);border-bottom:0}
.colx{display:flex;gap:6px;color:var(--muted);font-size:.8rem;line-height:1.25;padding-top:.35rem}
.colx span{flex:1;text-align:center;min-width:0;white-space:nowrap}
.colx.w2 span{font-size:.75rem}
.grid{display:grid;grid-template-columns:repeat(16,minmax(0,1fr));gap:3px}
.grid a{min-width:0;display:grid;gap:3px;justify-items:stretch;padding:2px;color:var(--ink);text-decoration:none;text-align:center;font-size:.8rem;border-radius:3px;line-height:1.3}
.grid div{display:grid;align-content:start;min-width:0}
.grid .sq{padding:1.5px 2px}
.grid a:hover{background:var(--panel)}
.grid i{display:block;height:1.12rem;border-radius:2px;border:1.5px solid var(--wrong)}
.grid .r{background:color-mix(in srgb,var(--right) 70%,var(--paper));border-color:var(--right)}
.grid .dead i{background:var(--hatch)}
.grid small{color:var(--muted);font-size:.75rem}
.group{padding:1rem 0 1.3rem;border-top:1px solid var(--line)}
.gh{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem 1.3rem;margin-bottom:.7rem;font-size:.93rem;color:var(--muted)}
.gh h3{font-size:1rem;color:var(--ink)}
.gh b{color:var(--ink);font-weight:600}
.gh .ticks{font-size:.95rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(16.5rem,100%),1fr));gap:.7rem}
.adv{display:flex;flex-wrap:wrap;align-items:center;gap:0 .6rem;margin:.5rem 0 0;font-size:.87rem;color:var(--muted)}
.ab2{position:relative;flex:0 0 3.5rem;height:.95rem;background:linear-gradient(var(--ink),var(--ink)) 50%/1px 100% no-repeat}
.ab2 i{position:absolute;top:.2rem;bottom:.2rem;left:calc(var(--l)*1%);width:calc(var(--w)*1%);background:var(--right)}
.ab2 i.neg{background:var(--wrong)}
.adv b{color:var(--ink);font-weight:600;white-space:nowrap}
.adv span:last-child{margin-left:auto;white-space:nowrap}
.adv+.why{margin-top:.15rem}
.deadg{padding:.6rem .9rem;margin-top:.5rem;background:var(--hatch),var(--panel);border-radius:4px}
.deadg .in{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;align-items:baseline;background:var(--panel);padding:.3rem .6rem;border-radius:3px;font-size:.93rem}
.deadg .t{flex-basis:100%;color:var(--muted)}
.step-nav{display:flex;gap:.5rem;font-size:.93rem}
.step-nav a{padding:.2rem .7rem;border:1px solid var(--edge);border-radius:4px;text-decoration:none;color:var(--ink)}
.step-nav a:hover{background:var(--panel)}
/* Runs */
.runs td,.runs tbody th{vertical-align:middle}
.runs .plot{--h:1.6rem;width:6rem;margin:.1rem 0}
.runs tr:hover>*{background:var(--panel)}
.runs .at>*{box-shadow:inset 0 2px var(--s0),inset 0 -2px var(--s0)}
.find{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0 0}
.find label{color:var(--muted);font-size:.87rem;align-self:center}
input,select,textarea{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--edge);border-radius:4px;padding:.25rem .6rem;min-height:1.9rem;max-width:100%}
input[type=checkbox]{min-height:0;width:1.05rem;height:1.05rem;accent-color:var(--s0)}
.quiet{border-color:transparent;color:var(--muted)}
.choose{display:grid;gap:.9rem;max-width:44rem;margin:1.6rem 0 0}
.choose label{display:grid;gap:.25rem;font-size:.93rem;color:var(--muted)}
.choose select,.choose textarea{width:100%;min-width:0;color:var(--ink)}
.choose button{justify-self:start}
.choose+.note{margin-top:1.2rem}
.also{margin-top:.5rem}
.box{max-width:34rem;margin:1.4rem 0 0}
.box form{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end}
.box label{display:grid;gap:.25rem;flex:1 1 18rem}
pre.cmd{margin:.8rem 0 0;padding:.7rem .9rem;background:var(--panel);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;font:.87rem/1.6 var(--mono)}
main:focus{outline:0}
bdi{unicode-bidi:isolate}
.t bdi{unicode-bidi:plaintext}
math{font-size:1.08em}
.formula{display:inline-block;max-width:100%;overflow-x:auto;overflow-y:hidden;vertical-align:middle}
.set{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:.1rem 2rem;margin:1rem 0 0}
.set div{display:flex;justify-content:space-between;gap:1rem;padding:.25rem 0;border-bottom:1px solid var(--line);font-size:.87rem}
.set dt{color:var(--muted)}
.set dd{margin:0;text-align:right;overflow-wrap:anywhere;min-width:0}
.hit.on{background:linear-gradient(var(--ink),var(--ink)) 50%/1px 100% no-repeat}
.said{position:fixed;right:1rem;bottom:1rem;padding:.5rem .9rem;color:var(--paper);background:var(--ink);border-radius:4px;font-size:.87rem}
.cards .t{max-height:22rem;overflow:auto}
.deadg .cards{margin-top:.5rem}
.deadg .c{background:var(--panel)}
.gh a{color:inherit}
.strip .cell{display:block;height:100%;padding:.4rem .4rem .5rem .5rem;border:1px dashed var(--edge);border-top-width:3px;border-radius:0 0 4px 4px;line-height:1.3}
.solo{max-width:46rem}
/* The plane */
.share{display:flex;gap:1px;height:.9rem;min-width:8rem}
.share i{border:1.5px solid var(--s0);border-radius:1px}
.share .d{background:var(--s0)}
.share .b{background:color-mix(in srgb,var(--s0) 35%,var(--paper))}
.share .w{border-style:dashed;border-color:var(--edge)}
.gantt td,.gantt tbody th{vertical-align:middle;padding-block:.2rem}
.gantt th:first-child,.gantt td.n{white-space:nowrap}
.gantt td:nth-child(2){width:60%;min-width:11rem}
.gt{position:relative;display:block;height:1.1rem;background:linear-gradient(var(--line),var(--line)) 0 50%/100% 1px no-repeat}
.gt i{position:absolute;top:.1rem;bottom:.1rem;left:calc(var(--l)*1%);width:max(3px,calc(var(--w)*1%));border-radius:1px}
.gt .gen,.sw.gen{background:var(--s0)}
.gt .ver,.sw.ver{background:var(--hatch),var(--panel);border:1.5px solid var(--s0)}
.gt .plan,.gt .end{background:var(--edge)}
.gt .end{margin-left:-3px}
.gx{display:flex;justify-content:space-between;font-weight:400}
/* Samples */
section.near{margin-top:2.2rem}
.question{margin:.5rem 0;max-width:52em;font:1.08rem/1.5 var(--serif);overflow-wrap:anywhere}
.gold{margin:.5rem 0 0}
.lines{margin:.3rem 0 0;padding:0;list-style:none;font-size:.93rem}
.same .lines{display:grid;gap:.15rem;color:var(--ink)}
.lines li{padding:.1rem 0;overflow-wrap:anywhere}
.lines .why{margin:0}
.notes{display:grid;gap:.7rem;max-width:44rem}
.scroll+.notes{margin-top:1rem}
.notes li{padding:.5rem .85rem .6rem;border-left:3px solid var(--amber);background:var(--panel);border-radius:0 4px 4px 0}
.notes p{margin:0}
.notes small{color:var(--muted);margin-left:.4em}
.notes blockquote{margin:.4rem 0 0}
.notes button{margin:.3rem 0 0 -.7rem}
.step{margin:.3rem 0 0;font-size:.87rem;overflow-wrap:anywhere}
.ch b{color:var(--ink)}
.ch .v{margin-left:auto}
.through{margin-top:.8rem}
.through>span:first-child{min-width:10rem}
.through a{white-space:nowrap}
.said1{margin-right:.8rem}
.num{width:5.5rem}
.hits{margin:0;padding:0;list-style:none}
.hits li{padding:.6rem .7rem .65rem;border-top:1px solid var(--line)}
.hits li:hover{background:var(--panel)}
.hits li.at{box-shadow:inset 3px 0 var(--s0)}
.hits .open{background:var(--panel);box-shadow:inset 3px 0 var(--ink)}
.hits p{margin:0}
.rh{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.1rem 1rem;margin:0}
.hits .q{font-size:.93rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.hits .why{margin-top:.1rem;overflow-wrap:anywhere}
.hitp{font:.87rem/1.5 var(--mono);overflow-wrap:anywhere}
.both{margin-top:1.2rem}
.both.split{display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.split .beside{order:-1;padding:.7rem .9rem;background:var(--panel);border-radius:4px}
.split .c{background:var(--paper)}
.beside .same{margin-top:.7rem;background:var(--paper)}
.beside h2{margin-top:1rem;font-size:1.1rem}
.beside .cards{margin-top:.7rem}
.near>h2+*{margin-top:.6rem}
#verdicts .cards{grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr))}
pre.wrapped{white-space:pre-wrap;overflow-wrap:anywhere}
.wide{display:none}
@media(min-width:68.75rem){
  .hits .wide{display:inline}
  .beside .wide{display:block}
  .hits .narrow{display:none}
  .both.split{grid-template-columns:minmax(0,2fr) minmax(0,3fr);gap:1.5rem;align-items:start}
  .split .beside{order:0;position:sticky;top:1rem;max-height:calc(100vh - 2rem);overflow:auto}
  .both:not(.split) .hits{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 2rem}
}
/* Narrow, and paper */
@media(max-width:60rem){
  .multi{grid-template-columns:repeat(3,minmax(0,1fr))}
  .multi>:first-child{grid-column:1/-1;grid-row:auto}
  .six{grid-template-columns:repeat(3,minmax(0,1fr))}
  .strip{grid-template-columns:repeat(7,minmax(0,1fr))}
  .sparks{grid-template-columns:repeat(4,minmax(0,1fr))}
  .hist{grid-template-columns:minmax(0,1fr) minmax(0,2fr)}
  .hist>:last-child{grid-column:1/-1}
  .two{grid-template-columns:minmax(0,1fr)}
}
@media(max-width:44rem){
  .wrap,main{padding-inline:1.1rem}
  .top .wrap{flex-wrap:wrap;gap:0 1rem;padding-top:.5rem}
  .brand{flex:1}
  .tabs{order:3;flex:1 0 100%;flex-wrap:wrap;gap:0 1.1rem;min-height:2.5rem;font-size:.93rem}
  section{margin-top:2.75rem}
  .facts{grid-template-columns:repeat(2,1fr);gap:1.25rem 1rem}
  .facts dt small,h1 small{white-space:normal}
  .facts dt small{display:block;margin-top:.2rem}
  .multi,.six{grid-template-columns:repeat(2,minmax(0,1fr));gap:1.2rem .7rem}
  .strip{grid-template-columns:repeat(4,minmax(0,1fr))}
  .bars{gap:1px}
  .ab{grid-template-columns:minmax(0,1fr)}
  .pair{grid-template-columns:minmax(0,1fr)}
  .fh .id{margin-left:0}
  .sparks{grid-template-columns:repeat(2,minmax(0,1fr))}
  .hist{grid-template-columns:minmax(0,1fr)}
  .cols{height:8rem}
  .grid{gap:1px}
  .grid a{padding:1px;gap:2px}
  .grid i{height:.85rem}
  .grid small{display:none}
  .pd,.pd thead,.pd tbody,.pd tfoot{display:block}
  .pd thead th:not(.fc){display:none}
  .pd tr{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:.25rem .8rem;padding:.8rem 0;border-bottom:1px solid var(--line)}
  .pd thead tr{padding:.4rem 0;border-bottom:2px solid var(--ink)}
  .pd tfoot tr{border-top:2px solid var(--ink);border-bottom:0}
  .pd th,.pd td{padding:0;border:0!important;text-align:left;width:auto}
  .pd th,.pd .fc{grid-column:1/-1}
  .pd td:nth-of-type(3){order:4}
  .pd td:nth-of-type(n+4){order:5}
  .pd td:last-child{order:3}
  .pd td[data-l]::before{content:attr(data-l);display:block;color:var(--muted);font-size:.8rem;font-weight:400}
  .pd td small{display:block}
  .filters .seg>span{min-width:auto;margin-right:.2rem}
  .filters{gap:.7rem}
  .runs,.runs tbody{display:block}
  .runs thead tr{display:flex;flex-wrap:wrap;gap:.1rem 1rem;padding-bottom:.35rem;border-bottom:2px solid var(--ink)}
  .runs thead th{display:block;padding:0;border:0}
  .runs tbody tr{display:grid;grid-template-columns:1fr auto;gap:.1rem 1rem;padding:.65rem 0;border-bottom:1px solid var(--line)}
  .runs tbody th,.runs tbody td{padding:0;border:0;text-align:left;min-width:0;overflow-wrap:anywhere}
  .runs tbody th{grid-column:1/-1}
  .runs tbody td:empty{display:none}
  .runs td[data-l]::after{content:' 'attr(data-l);color:var(--muted)}
  .bars{height:5.5rem}
}
@media print{
  :root{--paper:#fff;--panel:#f4f4f4}
  .top,.foot button,.seg,.pager{display:none}
  section,.flip,.group,figure{break-inside:avoid}
  *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
