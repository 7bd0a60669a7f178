"use strict";
// Adds what a document cannot do: search, filters, sorting, rows that open, a theme that is kept, and all of it in the address.
(() => {
  const page = document.documentElement;
  const KEPT = "plaidml_compat.theme";
  const find = id => document.getElementById(`ui-${id}`);
  const state = { ...everything(), sort: "status", down: false };
  let rows, table, order = "status", shown = "";

  page.classList.add("js");
  theme(remembered());
  addEventListener("DOMContentLoaded", start);

  function remembered() {
    try { return localStorage.getItem(KEPT) || ""; } catch { return ""; } // a browser may forbid it for files
  }

  function theme(name) {
    if (name) page.dataset.theme = name; else delete page.dataset.theme;
  }

  function start() {
    table = document.getElementById("names");
    rows = [...table.tBodies].map(body => { // a copy: the list itself is made anew after every change
      const { family, status, model, map } = body.dataset, name = body.firstElementChild.firstElementChild;
      name.prepend(toggle(body));
      return { body, name: body.id, text: searched(body), family, status, model, map, on: true };
    });
    for (const li of find("statuses").children) {
      const button = wrapped(li, () => flip(li.dataset.status));
      button.setAttribute("aria-pressed", "false");
    }
    for (const th of table.tHead.querySelectorAll("[data-sort]")) wrapped(th, () => sortBy(th.dataset.sort));
    find("theme").value = page.dataset.theme || "";
    find("theme").addEventListener("change", e => {
      theme(e.target.value);
      try { localStorage.setItem(KEPT, e.target.value); } catch { /* it holds until the page is left */ }
    });
    find("search").addEventListener("input", e => set({ q: e.target.value }));
    find("family").addEventListener("change", e => set({ family: e.target.value }));
    find("where").addEventListener("change", e => set({ where: e.target.value }));
    find("reset").addEventListener("click", () => set(everything()));
    find("filters").addEventListener("submit", e => e.preventDefault());
    for (const it of [find("filters"), find("theme").parentElement]) it.hidden = false;
    table.addEventListener("click", clicked);
    addEventListener("keydown", key);
    addEventListener("hashchange", read);
    read();
  }

  function wrapped(element, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...element.childNodes);
    element.append(button);
    button.addEventListener("click", act);
    return button;
  }

  function searched(body) { // the name, why, and what to do
    return Array.from(body.querySelectorAll("th, .why"), e => e.textContent).join(" ").toLowerCase();
  }

  function toggle(body) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toggle";
    button.setAttribute("aria-label", `Details of ${body.id}`);
    button.setAttribute("aria-expanded", "false");
    return button;
  }

  function open(body, on) {
    body.classList.toggle("open", on);
    const button = body.querySelector(".toggle"), more = body.lastElementChild;
    if (!more.id) more.querySelector("dl").append(...linkTo(body.id));
    more.id = `${body.id}-details`;
    button.setAttribute("aria-controls", more.id);
    button.setAttribute("aria-expanded", on);
  }

  function linkTo(name) {
    const term = document.createElement("dt"), said = document.createElement("dd"), link = document.createElement("a");
    term.textContent = "Link to this row";
    link.href = link.textContent = `#${name}`;
    said.append(link);
    return [term, said];
  }

  function clicked(e) {
    const row = e.target.closest("tbody > tr:first-child");
    if (row && !e.target.closest("a") && getSelection().isCollapsed) open(row.parentElement, !row.parentElement.classList.contains("open"));
  }

  function key(e) {
    const search = find("search"), writes = e.target.matches?.("input, select, textarea");
    if (e.key === "/" && !writes && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      search.focus();
      search.select();
    } else if (e.key === "Escape" && e.target === search) set({ q: "" });
  }

  // --- state

  function set(changes) {
    Object.assign(state, changes);
    show();
    write();
  }

  function everything() { return { q: "", family: "", where: "", status: new Set() }; }

  function flip(status) {
    const chosen = new Set(state.status);
    if (!chosen.delete(status)) chosen.add(status);
    set({ status: chosen });
  }

  function sortBy(column) { set({ sort: column, down: state.sort === column && !state.down }); }

  function write() {
    const q = new URLSearchParams();
    if (state.q) q.set("q", state.q);
    if (state.family) q.set("family", state.family);
    if (state.where) q.set("where", state.where);
    if (state.status.size) q.set("status", [...state.status].join(","));
    if (state.sort !== "status" || state.down) q.set("sort", (state.down ? "-" : "") + state.sort);
    clearTimeout(write.later); // browsers refuse many changes a second
    write.later = setTimeout(() => history.replaceState(null, "", `#${q}`), 150);
  }

  function read() {
    clearTimeout(write.later);
    const hash = location.hash.slice(1), row = rows.find(r => r.name === hash)?.body;
    if (row) { // a name: its row is opened, and filters that hide it go
      if (row.hidden) Object.assign(state, everything());
      show();
      open(row, true);
      row.scrollIntoView();
    } else if (!hash || hash.includes("=")) {
      const q = new URLSearchParams(hash), said = key => q.get(key) || "", sort = said("sort") || "status";
      Object.assign(state, { q: said("q"), family: said("family"), where: said("where") });
      state.status = new Set(said("status").split(",").filter(Boolean));
      Object.assign(state, { sort: sort.replace(/^-/, ""), down: sort.startsWith("-") });
      show();
    } else show();
  }

  // --- view

  function show() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const r of rows) {
      const on = (!state.family || r.family === state.family) && (!state.status.size || state.status.has(r.status))
        && (!state.where || (state.where === "map" ? r.map !== "" : r.model === state.where)) && words.every(w => r.text.includes(w));
      if (on !== r.on) r.body.hidden = !(r.on = on);
      n += on;
    }
    sort();
    controls(n);
  }

  function sort() {
    const wanted = (state.down ? "-" : "") + state.sort;
    for (const th of table.tHead.querySelectorAll("[data-sort]")) {
      if (th.dataset.sort === state.sort) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    if (wanted === order) return;
    order = wanted;
    const sign = state.down ? -1 : 1, value = values(state.sort), nothing = v => v === undefined || v === "" || v === -1;
    const keyed = rows.map(r => [value(r), r]);
    keyed.sort(([a, x], [b, y]) => { // what has no value comes last, either way
      const names = x.name < y.name ? -1 : 1;
      if (nothing(a) || nothing(b)) return nothing(a) - nothing(b) || names;
      return a < b ? -sign : a > b ? sign : names;
    });
    const focused = document.activeElement, place = document.createComment("");
    table.replaceWith(place); // rows are moved three times as fast where nobody sees them
    table.append(...keyed.map(([, r]) => r.body));
    place.replaceWith(table);
    focused.focus({ preventScroll: true });
  }

  function values(column) {
    if (column === "name") return r => r.name;
    if (column === "map") return r => r.map;
    if (column === "status" || column === "model") { // in the order in which the page lists them
      const options = column === "status" ? find("statuses").children : find("where").options;
      const listed = Array.from(options, o => o.dataset.status ?? o.value);
      return r => r[column] && listed.indexOf(r[column]);
    }
    const cells = table.querySelectorAll(`[data-c="${CSS.escape(column)}"]`);
    const numbers = new Map(Array.from(cells, td => [td.closest("tbody"), Number(td.dataset.v)]));
    return r => numbers.get(r.body);
  }

  function controls(n) {
    const count = x => x.toLocaleString("en");
    for (const [id, value] of [["search", state.q], ["family", state.family], ["where", state.where]]) {
      if (find(id).value !== value) find(id).value = value;
    }
    for (const li of find("statuses").children) li.firstElementChild.setAttribute("aria-pressed", state.status.has(li.dataset.status));
    const by = [
      state.status.size && `status ${[...state.status].join(" or ")}`, state.family && `family ${state.family}`,
      state.where && `runs: ${find("where").selectedOptions[0]?.text ?? state.where}`, state.q && `with “${state.q}”`,
    ].filter(Boolean).join(", ");
    const said = n === rows.length ? `${count(n)} names` : `${count(n)} of ${count(rows.length)} names: ${by}`;
    if (said !== shown) find("shown").textContent = shown = said;
    find("reset").disabled = !by;
    find("nothing").hidden = n > 0;
    find("nothing").textContent = n ? "" : "No name fits all of this. “Clear filters” brings all back.";
  }
})();
