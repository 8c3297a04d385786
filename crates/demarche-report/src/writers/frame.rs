//! The frame of every page: its head, its marking above and below, its security policy and its style sheet.

use demarche_case::Tlp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::dress::{Dress, DressError, Parts};

/// A page before it gets its frame.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) title: &'a str,
    /// The marking; a page that has none says so.
    pub(crate) marking: Option<Tlp>,
    /// `report` or `letter`.
    pub(crate) class: &'a str,
    pub(crate) body: &'a Markup,
}

/// A page in the frame of the program.
pub(crate) fn shell(
    title: &str,
    marking: impl Into<Option<Tlp>>,
    class: &str,
    body: &Markup,
) -> String {
    Page { title, marking: marking.into(), class, body }.plain("")
}

impl Page<'_> {
    /// The page in the sender's dress.
    pub(crate) fn dressed(&self, dress: &Dress) -> Result<String, DressError> {
        let logo = dress.logo();
        match dress.template() {
            None => Ok(self.plain(&logo)),
            Some(template) => template.filled(&Parts {
                title: self.title,
                marking: &self.marking_words(),
                class: self.class,
                head: &self.head(&logo).into_string(),
                banner: &self.banner().into_string(),
                logo: &logo,
                body: &self.body.0,
            }),
        }
    }

    fn plain(&self, logo: &str) -> String {
        html! {
            (DOCTYPE)
            html lang="en" {
                head { (self.head(logo)) }
                body class=(self.class) {
                    (self.banner())
                    main { (PreEscaped(logo)) (self.body) }
                    (self.banner())
                }
            }
        }
        .into_string()
    }

    /// Everything within the head: no page asks anything of any server, and no script runs in it.
    fn head(&self, logo: &str) -> Markup {
        let images = if logo.is_empty() { "" } else { "; img-src data:" };
        let policy = format!("default-src 'none'; style-src 'unsafe-inline'{images}");
        html! {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta http-equiv="Content-Security-Policy" content=(policy);
            title { (self.title) }
            style { (PreEscaped(STYLE)) (PreEscaped(paper_marking(&self.marking_words()))) }
        }
    }

    fn marking_words(&self) -> String {
        self.marking.map_or_else(|| "NOT MARKED".to_owned(), |marking| marking.to_string())
    }

    pub(crate) fn banner(&self) -> Markup {
        html! {
            @match self.marking {
                Some(marking) => div class={ "tlp " (marking.word().to_lowercase().replace('+', "-")) } role="note" {
                    strong { (marking) } span { (marking.allows()) }
                },
                None => div class="tlp" role="note" {
                    strong { "NOT MARKED" } span { "no marking is known; give it one before it goes to anybody" }
                },
            }
        }
    }
}

/// One sheet for screen, dark screen and paper.
pub(crate) const STYLE: &str = "
:root{--ink:#1a2230;--mute:#5a6573;--rule:#d5dae1;--paper:#fff;--wash:#f4f6f8;--accent:#2f5f99;--warn:#a04815;--mark:#fbeee1;
--serif:Charter,'Bitstream Charter','Iowan Old Style','Source Serif 4',Georgia,'Times New Roman',serif;
--sans:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;
--mono:ui-monospace,'SF Mono',Menlo,Consolas,'Liberation Mono',monospace}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e8ecf1;--mute:#a3adba;--rule:#333d49;--paper:#151a21;--wash:#1d242d;--accent:#8db8ea;--warn:#eba775;--mark:#3a2a1c}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:400 1rem/1.55 var(--sans)}
main{max-width:69rem;margin:0 auto;padding:3.5rem 2rem 4rem}
h1,h2{font-family:var(--serif);font-weight:600;line-height:1.2;letter-spacing:-.005em}
h1{font-size:2.3rem;margin:.2rem 0 .8rem;max-width:34ch;text-wrap:balance}
h2{font-size:1.55rem;margin:0 0 .9rem}
h3{font-size:1.05rem;font-weight:650;margin:2.4rem 0 .5rem}
section{margin-top:4rem}
p,ul,ol,dl{max-width:44rem;margin:0 0 1rem}
a{color:var(--accent)}
.logo{display:block;max-height:4.5rem;max-width:16rem;margin:0 0 1.6rem}
@media screen and (prefers-color-scheme:dark){.logo{background:#fff;padding:.4rem;border-radius:4px}}
.kicker{font-size:.82rem;letter-spacing:.09em;text-transform:uppercase;color:var(--mute);margin:0}
.facts{display:flex;flex-wrap:wrap;gap:.4rem 2.4rem;max-width:none;margin:0 0 1.4rem;color:var(--mute);font-size:.92rem}
.facts b,.meta strong{color:var(--ink);font-weight:600}
.answer{margin-top:2.4rem;padding:1.6rem 2rem 1rem;background:var(--wash);border-left:5px solid var(--accent);border-radius:0 6px 6px 0}
.answer h2{font:650 .82rem/1.3 var(--sans);letter-spacing:.09em;text-transform:uppercase;color:var(--mute);margin-bottom:.8rem}
.answer p{font:400 1.08rem/1.6 var(--serif);max-width:50rem}
.answer p.first{font-size:1.45rem;line-height:1.4;font-weight:600}
nav{margin-top:2.2rem;font-size:.92rem}
nav ol{list-style:none;padding:0;margin:0;max-width:none;display:flex;flex-wrap:wrap;gap:.35rem 1.4rem}
nav a{text-decoration:none;border-bottom:1px solid var(--rule)}
figure{margin:1.4rem 0 1.8rem}
figure svg{display:block;max-width:100%;height:auto}
figcaption,.note{color:var(--mute);font-size:.9rem}
figcaption{margin-top:.8rem;max-width:44rem}
.scroll{overflow-x:auto;margin:1.2rem 0 1.6rem}
figure .scroll{margin:0}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4}
caption{text-align:left;font-weight:650;padding:0 0 .5rem;font-size:.92rem}
th,td{padding:.5rem .9rem .5rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);font-weight:400;overflow-wrap:break-word}
thead th{color:var(--mute);font-size:.8rem;font-weight:600;border-bottom:1.5px solid var(--mute);vertical-align:bottom}
tbody th{min-width:11rem}
th:last-child,td:last-child{padding-right:0}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th.n{white-space:normal}
.n+td,.n+th:not(.n){padding-left:1.1rem}
.mono,code{font-family:var(--mono);font-size:.86em;overflow-wrap:anywhere}
.label{font-weight:650;margin:1.4rem 0 .35rem}
dl.caveats{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.9rem 1.6rem;max-width:60rem}
dl.terms{display:grid;grid-template-columns:8rem 1fr;gap:.35rem 1.2rem;border-top:1.5px solid var(--ink);border-bottom:1px solid var(--rule);padding:1rem 0;margin:1.6rem 0 0;max-width:none}
dl.terms dt{color:var(--mute);font-weight:600}
.letter dl.terms+p{margin-top:1.6rem}
.letter h2{margin-top:2.6rem;font-size:1.35rem}
.letter ol,.letter ul{padding-left:1.4rem}.letter li{margin:.4rem 0}.letter li::marker{color:var(--mute)}
dt{font-weight:650}
dd{margin:0}
.items{max-width:none;padding:0;list-style:none}
.item{border-top:1px solid var(--rule);padding:1.1rem 0 .5rem}
.item h3{margin:0 0 .25rem}
.item p{margin:0 0 .4rem;max-width:52rem}
.meta{display:flex;flex-wrap:wrap;gap:.15rem 1.5rem;color:var(--mute);font-size:.88rem;max-width:none}
.mark{font:650 .74rem/1 var(--mono);padding:.22rem .42rem;border:1px solid currentColor;border-radius:3px;white-space:nowrap}
.sources{list-style:none;padding:0;margin:.3rem 0 0;color:var(--mute);font-size:.86rem;overflow-wrap:anywhere}
.sources li{margin:.15rem 0;padding-left:.8rem;border-left:2px solid var(--rule)}
details{margin:1.2rem 0 1.6rem}
summary{cursor:pointer;font-weight:650;color:var(--accent)}
.pair{margin:0;border-top:1px solid var(--rule);padding:.55rem 0}
.pair:last-of-type{border-bottom:1px solid var(--rule)}
.pair summary{font-weight:500;overflow-wrap:anywhere}
.pair .meta{margin:.6rem 0 .3rem}
.basis{font:650 .74rem/1 var(--mono);padding:.18rem .38rem;border:1px solid var(--rule);border-radius:3px;color:var(--mute);white-space:nowrap}
.basis.soft{color:var(--warn);border-color:currentColor;border-style:dashed}
.variants{font-size:.84rem}.variants tbody th{min-width:9rem}
.variants th,.variants td{padding-right:.4rem;padding-left:.4rem}
.variants tr>th:first-child{padding-left:0}
.pair summary .note{display:inline}
.pair summary+p{margin-top:.6rem}
.variants thead th{font-weight:500;font-size:.74rem;line-height:1.25;border-bottom:0;min-width:2.7rem;text-align:right}
.variants thead th.group{text-align:center;border-bottom:1px solid var(--rule)}
.variants thead th:first-child{font-weight:650;text-align:left}
.variants thead tr:last-child th{border-bottom:1.5px solid var(--mute)}
.variants .some{background:var(--wash)}
.variants .much{background:var(--rule)}
.variants .leads{background:var(--mark)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.diff{font:400 .8rem/1.45 var(--mono);table-layout:fixed;margin:.7rem 0 .5rem}
.diff caption,.diff thead th{font-family:var(--sans)}
.diff th,.diff td{padding:.08rem .5rem .08rem .35rem;border:0;overflow-wrap:anywhere}
.diff thead th{border-bottom:1px solid var(--mute);position:relative}
.diff .s{width:1.5rem;text-align:center;font-weight:700;color:var(--warn)}
.diff .a{width:6.6rem;color:var(--mute)}
.diff .d .t{font-weight:700;background:var(--mark);box-shadow:inset 3px 0 0 var(--warn);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.diff .d .gone{box-shadow:none;background:repeating-linear-gradient(135deg,transparent 0 5px,var(--rule) 5px 6px)}
.diff .fold td{color:var(--mute);font-family:var(--sans);text-align:center;border-top:1px dotted var(--mute);border-bottom:1px dotted var(--mute)}
.timeline{list-style:none;padding:0 0 0 1.2rem;border-left:2px solid var(--rule);max-width:54rem}
.timeline li{margin:0 0 1.1rem;position:relative}
.timeline li::before{content:'';position:absolute;left:-1.56rem;top:.5em;width:.65rem;height:.65rem;border-radius:50%;background:var(--accent);border:2px solid var(--paper)}
.timeline time{display:block;font-weight:650;font-size:.92rem}
.tlp{background:#000;color:#fff;padding:.55rem 2rem;font:650 .9rem/1.4 var(--mono);display:flex;justify-content:space-between;gap:1.5rem;flex-wrap:wrap;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.tlp span{font:400 .86rem/1.5 var(--sans);color:#c9ced6}
.tlp.red strong{color:#ff2b2b}.tlp.amber strong,.tlp.amber-strict strong{color:#ffc000}.tlp.green strong{color:#33ff00}
.letter main{max-width:52rem}
.letter table{font-size:.86rem}
@media (max-width:42rem){main{padding:2rem 1.1rem}h1{font-size:1.8rem}.answer{padding:1.2rem}dl.caveats{grid-template-columns:1fr;gap:.2rem}dd{margin-bottom:.8rem}}
@media screen and (max-width:42rem){figure .scroll svg{max-width:none}
.diff tr{display:grid;grid-template-columns:1.5rem 6rem 1fr}.diff td:nth-child(4),.diff th:nth-child(4){grid-column:2}
.diff .eq td:nth-child(n+4){display:none}.diff .gone,.diff .a:empty{display:none}.diff .a,.diff .s{width:auto}.diff .fold{display:block}.diff .fold td{display:block}}
@media screen{figure.full svg{max-width:none}figure.full .scroll{width:96vw;margin-left:calc(50% - 48vw)}figure.full svg{margin:0 auto}}
.first-page p{display:block}.first-page .why{font-size:.8rem;color:var(--mute);white-space:nowrap}
.pictures{display:grid;grid-template-columns:1fr 1fr;gap:1.2rem;align-items:start}.pictures figure{margin:.6rem 0 0}.pictures svg{max-width:100%;height:auto}
.annexes>h2{font-size:1.9rem}
@media (max-width:56rem){.pictures{grid-template-columns:1fr}}
@media screen and (max-width:42rem){.pictures{overflow-x:auto}.pictures svg{max-width:none}}
@page{size:A4;margin:17mm 16mm 18mm}
@page wide{size:A4 landscape;margin:14mm}
@media print{
html{font-size:9.6pt}
body{line-height:1.45}
main{max-width:none;padding:1.2rem 0 1rem}
h1{font-size:21pt}h2{font-size:14.5pt}h3{font-size:10.5pt;margin-top:1.4rem}
section{margin-top:1.9rem}
h1,h2,h3,caption,.label{break-after:avoid}
figure,.item,.pair summary,.diff tr,.timeline li,tr,dl.caveats div,.answer{break-inside:avoid}
thead{display:table-header-group}
.scroll{overflow:visible}
.weights th:first-child,.weights td:first-child{width:44%}
.wide{page:wide;break-before:page;break-after:page}
.wide svg{max-height:158mm;width:auto;max-width:100%}
nav{display:none}
.first-page{break-after:page}.first-page p{font-size:10.5pt;margin:.35rem 0}.first-page .why{font-size:7.5pt}.answer.first-page{break-inside:auto;padding:.7rem 1rem}.pictures{grid-template-columns:1fr;gap:.4rem}.pictures svg{max-height:66mm}
.annexes{break-before:page}
a{color:inherit;text-decoration:none}
.answer{background:#f4f6f8;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.answer p.first{font-size:13.5pt}.answer p{font-size:10.5pt}
svg.dm{print-color-adjust:exact;-webkit-print-color-adjust:exact}
table,.variants{font-size:8pt}.variants thead th{min-width:0;font-size:6.6pt}.diff{font-size:7pt}.diff .a{width:5.2rem}th,td{padding:.3rem .6rem .3rem 0}thead th{font-size:7.4pt}tbody th{min-width:7rem}
.tlp{padding:.3rem .6rem}
details::details-content{content-visibility:visible;height:auto}
summary{list-style:none;color:inherit}
}
";

/// The marking and the page number on every sheet of paper, as TLP 2.0 asks of documents.
fn paper_marking(marking: &str) -> String {
    let font = "font:650 8pt monospace";
    format!(
        "@page{{@top-right{{content:'{marking}';{font}}}@bottom-left{{content:'{marking}';{font}}}\
         @bottom-right{{content:counter(page) ' / ' counter(pages);font:8pt sans-serif}}}}\n"
    )
}
