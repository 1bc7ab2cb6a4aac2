import ExactMoney
import TariffRules

/// Gives quotes: the same tables and consignment give the same answer. One calculator for one and
/// for a million.
public struct Calculator {
  /// The tables.
  public let tables: TariffTables
  /// Only what was published not after this day; nil: everything.
  public let asOf: Day?
  private var inForce: [Day: TablesInForce] = [:]

  /// A calculator over tables, as known on a day.
  public init(_ tables: TariffTables, asOf: Day? = nil) {
    self.tables = tables
    self.asOf = asOf
  }

  /// The tables in force on a day, kept for the next question.
  public mutating func tables(on day: Day) -> TablesInForce {
    if let known = inForce[day] { return known }
    if inForce.count >= 400 { inForce.removeAll() }
    let made = TablesInForce(tables, on: day, asOf: asOf)
    inForce[day] = made
    return made
  }

  /// Reads the fields of a consignment and quotes it.
  public mutating func quote(fields: [String: String]) -> Quote {
    do throws(BadConsignment) {
      return quote(try Consignment(fields, tables))
    } catch {
      return Quote(rejected: fields, error.refusal)
    }
  }

  /// The through-rate of a consignment, with its explanation and division, or why there is none.
  public mutating func quote(_ consignment: Consignment) -> Quote {
    let now = tables(on: consignment.date)
    let finder = RouteFinder(tables: now)
    let routes: [Route]
    do throws(Refusal) {
      routes = try finder.routes(
        from: consignment.from, to: consignment.to, via: consignment.via)
    } catch {
      return Quote(consignment, .failure(error))
    }
    var attempts: [Attempt] = []
    for route in routes {
      var rating = ThroughRate(now, consignment, route)
      let result = rating.result()
      attempts.append(Attempt(route: route, result: result, findings: rating.findings))
    }
    return choose(among: attempts, consignment, now)
  }

  private struct Attempt {
    let route: Route
    let result: Result<Price, Refusal>
    let findings: [Finding]

    var price: Price? { try? result.get() }
    var refusal: Refusal? {
      if case .failure(let refusal) = result { return refusal }
      return nil
    }
  }

  private func choose(
    among attempts: [Attempt], _ consignment: Consignment, _ now: TablesInForce
  ) -> Quote {
    let several = attempts.count > 1
    func quote(_ chosen: Attempt, _ result: Result<Price, Refusal>) -> Quote {
      let others = attempts.filter { $0.route.code != chosen.route.code }
      return Quote(
        consignment, result,
        alternatives: others.map { other in
          Alternative(
            lane: other.route.codeText, status: other.refusal?.status ?? .priced,
            total: other.price?.total, reason: other.refusal?.message)
        }, findings: chosen.findings)
    }
    // A lane that cannot be decided might have been the cheapest: no guess is made.
    for status in [Status.conflict, .rejected] {
      if let attempt = attempts.first(where: { $0.refusal?.status == status }),
        let refusal = attempt.refusal
      {
        return quote(
          attempt, .failure(several ? refusal.on(lane: attempt.route.codeText) : refusal))
      }
    }
    let priced = attempts.filter { $0.price != nil }
    if let refusal = incomparable(priced, now) { return quote(priced[0], .failure(refusal)) }
    if let best = priced.min(by: { cheaper($0, $1, now) }) { return quote(best, best.result) }
    let first = attempts.first { $0.refusal?.status == .onRequest } ?? attempts.first
    guard let first, let refusal = first.refusal else {
      let refusal = Refusal(.noRate, "no-lane", "no lane fits", remedy: "check the places")
      return Quote(consignment, .failure(refusal))
    }
    return quote(first, .failure(several ? refusal.on(lane: first.route.codeText) : refusal))
  }

  /// Totals in different currencies without an official rate between them cannot be compared.
  private func incomparable(_ priced: [Attempt], _ now: TablesInForce) -> Refusal? {
    let currencies = Set(priced.compactMap { $0.price?.total.currency })
    guard let first = priced.first?.price?.total.currency else { return nil }
    for other in currencies.sorted(by: { $0.code < $1.code })
    where other != first && now.officialRate(from: other, to: first) == nil {
      return Refusal(
        .rejected, "no-exchange-rate",
        "lanes are priced in \(first) and \(other), with no official rate within ten days up to "
          + "\(now.day) to find the cheapest by",
        remedy: "choose a lane by 'via', or add the day's rate under exchange-rates")
    }
    return nil
  }

  /// The lower total; then fewer transit days, then the lane's code. Totals in different currencies
  /// compare at the official rate.
  private func cheaper(_ one: Attempt, _ other: Attempt, _ now: TablesInForce) -> Bool {
    guard let left = one.price, let right = other.price else { return one.price != nil }
    var total = right.total.exact
    if left.total.currency != right.total.currency {
      let rate = now.officialRate(from: right.total.currency, to: left.total.currency)
      total = (try? rate?.exchange.convert(total)) ?? total
    }
    if left.total.exact != total { return left.total.exact < total }
    let days = (left.transitDays ?? Int.max, right.transitDays ?? Int.max)
    return days.0 != days.1 ? days.0 < days.1 : left.lane < right.lane
  }
}
