/* The words of the page, numbers and elements. Every value is set as text, never as markup. */
"use strict";
var Dashboard = { data: JSON.parse(document.getElementById("dashboard-data").textContent) };

Dashboard.say = function (key, facts) {
  return Dashboard.data.words[key].replace(/\{(\w+)\}/g, function (whole, name) { return String(facts[name]); });
};

Dashboard.number = function (value, most) {
  return value.toLocaleString(Dashboard.data.language === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: most || 0 });
};

/* 92.56 %: as many digits as the offices' own reports have; rates of rounded counts are told to whole per cent. */
Dashboard.percent = function (rate, digits) {
  var places = digits === undefined ? 2 : digits;
  return rate === null || rate === undefined ? "–" : (100 * rate).toLocaleString(Dashboard.data.language === "zh" ? "zh-CN" : "en-GB",
    { minimumFractionDigits: places, maximumFractionDigits: places }) + "\u202f%";
};

Dashboard.digits = function (told) { return told.disclosed ? 0 : 2; };

/* The name of a kind of service or body, where there is a word for it. */
Dashboard.kind = function (kind) { return Dashboard.data.services[kind] || Dashboard.data.words["body." + kind] || kind.replace(/_/g, " "); };

/* The element with a class, a text and children; all of them may be left out. */
Dashboard.make = function (tag, look, text, children) {
  var element = document.createElement(tag);
  if (look) { element.className = look; }
  if (text !== undefined && text !== null) { element.textContent = text; }
  (children || []).forEach(function (child) { if (child) { element.appendChild(child); } });
  return element;
};

/* The address of a page, in the language that the reader chose. */
Dashboard.way = function (address) {
  var sign = address.indexOf("?") < 0 ? "?" : "&";
  return Dashboard.data.chosen ? address + sign + "lang=" + Dashboard.data.language : address;
};

Dashboard.link = function (href, text) {
  var element = Dashboard.make("a", null, text);
  element.href = href;
  return element;
};
