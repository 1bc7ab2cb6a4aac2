extension Invoice {
  /// The name of a draft's files without their endings: from codes and numbers alone, so that no
  /// text from outside becomes part of a path.
  public func draftName(_ number: Int?) -> String {
    let base = "DRAFT-\(customer.codeText)-\(currency.code)-\(month)"
    guard let number else { return base }
    let digits = "\(number)"
    return base + "-" + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
