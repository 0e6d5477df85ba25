// How the search ranks: as Sphinx does, but the chapter that explains a term comes before its line in the glossary.
"use strict";

var Scorer = {
  score: ([docname, title, anchor, descr, score]) => docname === "glossary" ? score / 100 : score,
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
