/* The words of the page in the language that is chosen, and elements. Every value of a feature is set as text, never as markup. */
"use strict";
var Viewer = { data: JSON.parse(document.getElementById("viewer-data").textContent) };
Viewer.language = Viewer.data.language;

Viewer.knows = function (key) { return key in Viewer.data.words[Viewer.language]; };

Viewer.say = function (key, facts) {
  return Viewer.data.words[Viewer.language][key].replace(/\{(\w+)\}/g, function (whole, name) { return String(facts[name]); });
};

Viewer.number = function (value, most) {
  return value.toLocaleString(Viewer.language === "zh" ? "zh-CN" : "en-GB", { maximumFractionDigits: most });
};

/* The element with a class, a text and children; all of them may be left out. */
Viewer.make = function (tag, look, text, children) {
  var element = document.createElement(tag);
  if (look) { element.className = look; }
  if (text !== undefined && text !== null) { element.textContent = text; }
  (children || []).forEach(function (child) { element.appendChild(child); });
  return element;
};

Viewer.translate = function () {
  document.documentElement.lang = Viewer.language === "zh" ? "zh-CN" : "en";
  document.querySelectorAll("[data-word]").forEach(function (element) {
    element.textContent = Viewer.say(element.dataset.word, element.dataset);
  });
  document.querySelectorAll("[data-label]").forEach(function (element) {
    element.setAttribute("aria-label", Viewer.say(element.dataset.label));
  });
  document.title = Viewer.say("title", { name: Viewer.data.name || Viewer.say("name") });
  document.querySelector("h1").textContent = Viewer.data.name || Viewer.say("name");
  document.getElementById("language").lang = Viewer.language === "zh" ? "en" : "zh-CN";
};
