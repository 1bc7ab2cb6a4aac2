/// Suggests the nearest known name for a misspelt one.
public enum NearNames {
  /// The nearest of `known` to `name`, if it is near enough to be a likely slip.
  public static func nearest(to name: String, among known: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased())
    guard !wanted.isEmpty, wanted.count <= 60 else { return nil }
    let limit = max(1, min(3, wanted.count / 3))
    var best: (distance: Int, name: String)?
    for candidate in known {
      let letters = Array(candidate.lowercased())
      guard abs(letters.count - wanted.count) <= limit else { continue }
      let distance = edits(from: wanted, to: letters)
      guard distance <= limit else { continue }
      if let current = best, (current.distance, current.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// " Did you mean 'x'?" or nothing.
  public static func hint(for name: String, among known: some Sequence<String>) -> String {
    nearest(to: name, among: known).map { " Did you mean '\($0)'?" } ?? ""
  }

  private static func edits(from one: [Character], to other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (i, left) in one.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in other.enumerated() {
        let cost = left == right ? diagonal : 1 + min(diagonal, row[j], row[j + 1])
        diagonal = row[j + 1]
        row[j + 1] = cost
      }
    }
    return row[other.count]
  }
}
