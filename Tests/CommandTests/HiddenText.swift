import Foundation

/// What an editor would hide, such as a byte order mark or a carriage return, written `\u{FEFF}`.
enum HiddenText {
  /// Bytes as a transcript shows them.
  static func shown(_ bytes: Data) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if isHidden(scalar) {
        text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// What a transcript means.
  static func meant(_ text: String) -> String {
    var meant = ""
    var rest = text[...]
    while let next = rest.first {
      if let scalar = leading(&rest) {
        meant.unicodeScalars.append(scalar)
      } else {
        meant.append(next)
        rest.removeFirst()
      }
    }
    return meant
  }

  /// Takes `\u{…}` off the front; nil where none stands there.
  private static func leading(_ rest: inout Substring) -> Unicode.Scalar? {
    guard rest.hasPrefix("\\u{"), let end = rest.firstIndex(of: "}"),
      let value = UInt32(rest[..<end].dropFirst(3), radix: 16), let scalar = Unicode.Scalar(value)
    else { return nil }
    rest = rest[rest.index(after: end)...]
    return scalar
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control: scalar != "\n"
    case .format: true
    default: scalar == "\u{FFFD}"
    }
  }
}
