/// How far a long work is, on a terminal and after a second.
final class Progress {
  private let size: Int?
  private let isShown: Bool
  private let began = Clock.milliseconds()
  private var last = 0
  private var hasWritten = false

  /// A work that reads so many bytes; nil if that is not known.
  init(size: Int?) {
    self.size = size
    isShown = Output.saysOnATerminal
  }

  /// Says how much was read, at most five times a second.
  func show(read: Int) {
    guard isShown else { return }
    let now = Clock.milliseconds()
    guard now - began > 1000, now - last >= 200 else { return }
    last = now
    hasWritten = true
    var text = "\(read >> 20) MiB"
    if let size, size > 0 {
      let part = min(100, read * 100 / size)
      let bar =
        String(repeating: "#", count: part / 5) + String(repeating: ".", count: 20 - part / 5)
      text = "\(bar) \(part) % of \(size >> 20) MiB"
    }
    Output.draw("\r\(text)")
  }

  /// Takes the bar away.
  func end() {
    if hasWritten { Output.draw("\r" + String(repeating: " ", count: 50) + "\r") }
  }
}
