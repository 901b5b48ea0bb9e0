// Runs beside every page of the desk: ticks its countdowns, says when the page is no longer fed, and calls where a new
// major incident is there. It draws outside of what Streamlit draws, and reads nothing but the desk's own /watch.
(() => {
  "use strict"
  const ON = "huiying.alarm", RUNG = "huiying.rung", MOST = 500, LONGEST = 72 * 3600
  const TICKING = /^(剩|已过) (?:(\d+)小时)?(\d+)分(\d\d)秒$/
  let offset = 0, every = 5, heard = performance.now(), over = false, audio = null, known = null

  const said = (word, seconds) => {
    const hours = Math.floor(seconds / 3600), two = (number) => String(number).padStart(2, "0")
    const minutes = Math.floor(seconds / 60) % 60
    return `${word} ${hours ? `${hours}小时${two(minutes)}分` : `${minutes}分`}${two(seconds % 60)}秒`
  }

  // A class holds the moment: st-key-due_1763870400_… of a container on a page, due_1763870400 on the wall.
  const tick = () => {
    const now = Date.now() / 1000 + offset
    for (const box of document.querySelectorAll('[class*="due_"],[class*="since_"]')) {
      const [, kind, at] = /(?:^|[ -])(due|since)_(\d+)/.exec(box.className) || []
      if (!kind) continue
      const seconds = Math.floor(kind === "due" ? at - now : now - at)
      if (seconds < 0 || (kind === "due" && seconds >= LONGEST)) continue
      const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT)
      while (texts.nextNode()) {
        const found = TICKING.exec(texts.currentNode.nodeValue)
        if (found) texts.currentNode.nodeValue = said(found[1], seconds)
      }
    }
  }

  // Who opens a page to write something writes at once: its first field has the keyboard, unless something else has it.
  const enter = () => {
    const field = document.querySelector(".st-key-first_field textarea")
    if (!field || field.dataset.met) return
    field.dataset.met = "yes"
    if (!document.activeElement || !document.activeElement.matches("input,textarea,select")) field.focus()
  }

  // The word on this button is drawn by a style sheet, which not every screen reader reads out.
  const name = () => {
    for (const one of document.querySelectorAll('[data-testid="stFileUploaderDropzone"] button:not([aria-label])')) one.setAttribute("aria-label", "选择文件")
  }

  // A page that is still being drawn for the tab pressed before may fall back to that one and lose this press: the tab
  // that a person pressed last is pressed again, unless they have touched something else since.
  let wanted = null
  const press = (event) => {
    const chooses = event.isTrusted && event.target.closest && (event.type === "click" || /^(Arrow|Home|End|Enter| )/.test(event.key))
    const tab = chooses && event.target.closest("[role=tab]")
    if (tab) wanted = { tab, name: tab.textContent, until: performance.now() + 15000 }
  }
  const hold = () => {
    if (!wanted || performance.now() > wanted.until) return
    const app = document.querySelector('[data-testid="stApp"]')
    if (!app || app.dataset.testScriptState !== "notRunning") return
    const tab = wanted.tab.isConnected ? wanted.tab : [...document.querySelectorAll("[role=tab]")].find((one) => one.textContent === wanted.name)
    if (tab && tab.getAttribute("aria-selected") === "false") tab.click()
  }

  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more })

  const bar = make("div", "", { id: "desk-lost", hidden: true })
  bar.setAttribute("role", "alert")
  const lost = () => {
    const silent = (performance.now() - heard) / 1000
    bar.hidden = !over && silent < Math.max(15, 3 * every)
    if (bar.hidden || bar.dataset.over === String(over)) return
    bar.dataset.over = String(over)
    bar.textContent = over ? "登录已结束，页面不再更新。" : "与值班台的连接断了：页面停在断开时的样子，请电话确认情况，并检查网络。"
    const again = make("button", over ? "去登录" : "重新打开", { type: "button" })
    again.addEventListener("click", () => location.reload())
    bar.append(again)
  }

  const kept = (name, fallback) => { try { return JSON.parse(localStorage.getItem(name)) ?? fallback } catch { return fallback } }
  const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)) } catch { /* told by state() */ } }

  const beep = () => {
    if (!audio) return
    for (let note = 0; note < 6; note += 1) {
      const tone = audio.createOscillator(), loudness = audio.createGain(), at = audio.currentTime + note * 0.28
      tone.frequency.value = note % 2 ? 660 : 880
      loudness.gain.setValueAtTime(0.0001, at)
      loudness.gain.exponentialRampToValueAtTime(0.4, at + 0.03)
      loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.25)
      tone.connect(loudness).connect(audio.destination)
      tone.start(at)
      tone.stop(at + 0.26)
    }
  }

  // No title: the words may show on a locked screen, and of some incidents the title is not for everybody.
  const notify = (text) => {
    if (!("Notification" in window) || Notification.permission !== "granted") return
    try { new Notification("回应台", { body: text, tag: text }) } catch { /* phones show none from a page */ }
  }

  const wake = () => {
    if (!kept(ON, false)) return
    const Context = window.AudioContext || window.webkitAudioContext
    if (!audio && Context) { audio = new Context(); audio.onstatechange = state }
    if (audio && audio.state !== "running") audio.resume().then(state, state)
  }

  const call = (major) => {
    known = major
    if (!kept(ON, false)) return
    const rung = kept(RUNG, []), fresh = major.filter((one) => !rung.includes(one.id))
    if (!fresh.length) return
    keep(RUNG, [...rung, ...fresh.map((one) => one.id)].slice(-MOST))
    beep()
    for (const one of fresh) notify(`新的${one.severity}事件 ${one.id}，责任单位 ${one.unit}`)
    document.dispatchEvent(new CustomEvent("huiying:rung", { detail: fresh.map((one) => one.id) }))
  }

  const panel = make("details", "", { id: "desk-alarm", hidden: true })
  const title = make("summary", ""), told = make("p", ""), acts = make("div", "")
  told.setAttribute("role", "status")
  const button = (text, act) => {
    const made = make("button", text, { type: "button" })
    made.addEventListener("click", act)
    acts.append(made)
    return made
  }
  const state = () => {
    const on = kept(ON, false), asked = "Notification" in window ? Notification.permission : "none"
    title.textContent = on ? "声音提醒：已开" : "声音提醒：未开"
    onOff.textContent = on ? "关闭" : "打开"
    const sound = !audio ? "浏览器不支持声音" : audio.state === "running" ? "声音可用" : "浏览器还不让本页发声，请在页面上任意处点一下"
    const notice = !window.isSecureContext || asked === "none" ? "浏览器不给桌面通知（须用 https 打开值班台）"
      : asked === "granted" ? "桌面通知可用" : asked === "denied" ? "桌面通知被浏览器禁止，请在地址栏旁的网站设置里允许" : "桌面通知尚未允许"
    told.textContent = on ? `${sound}；${notice}。` : "新的重大或重大突发事件出现时发声并弹出通知，每个事件一次；须开着本页。"
    panel.classList.toggle("on", on)
    panel.classList.toggle("refused", on && (!audio || audio.state !== "running" || asked === "denied"))
    if (panel.classList.contains("refused")) title.textContent = "声音提醒：受浏览器限制"
  }
  const onOff = button("打开", () => {
    keep(ON, !kept(ON, false))
    if (kept(ON, false)) {
      keep(RUNG, [...new Set([...kept(RUNG, []), ...(known || []).map((one) => one.id)])].slice(-MOST))
      wake()
      if ("Notification" in window && Notification.permission === "default") Notification.requestPermission().then(state, state)
    }
    state()
  })
  button("试一下", () => { if (!kept(ON, false)) onOff.click(); wake(); beep(); notify("这是一次试听，没有新事件"); state() })

  // The wall is a page of the desk's own, without Streamlit: it takes its rows from a fresh copy of itself.
  const renew = async () => {
    if (!document.body.matches(".wall")) return
    const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" })
    if (!answer.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main")
    if (fresh) document.querySelector("main").replaceWith(document.adoptNode(fresh))
    tick()
  }

  const poll = async () => {
    try {
      const answer = await fetch("/watch", { redirect: "manual", cache: "no-store" })
      over = answer.type === "opaqueredirect" || answer.status === 401
      if (answer.ok) {
        const found = await answer.json()
        offset = found.at - Date.now() / 1000
        every = found.every
        heard = performance.now()
        panel.hidden = false
        call(found.major)
        await renew()
      }
    } catch { /* the bar tells of it */ }
    setTimeout(poll, every * 1000)
  }

  const begin = () => {
    panel.append(title, told, acts)
    document.body.append(bar, panel)
    for (const touched of ["pointerdown", "keydown"]) addEventListener(touched, () => { wake(); wanted = null }, true)
    for (const pressed of ["click", "keyup"]) addEventListener(pressed, press, true)
    new MutationObserver(name).observe(document.body, { childList: true, subtree: true })
    name()
    wake()
    state()
    poll()
    setInterval(hold, 300)
    setInterval(() => { tick(); lost(); enter() }, 1000)
  }
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", begin) : begin()
})()
