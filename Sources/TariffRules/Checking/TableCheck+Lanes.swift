/// Lanes as journeys: legs that join, at borders, between the places the lane is named for.
extension TableCheck {
  func checkLanes() {
    checkFaces()
    var interchanges: Set<Int64> = []
    for now in days {
      var journeys: [[Int64]: Lane] = [:]
      for lane in now.lanes {
        let legs = now.legs(of: lane)
        // A carrier whose places are not in force yet cannot be judged on this day.
        guard !legs.isEmpty, legs.allSatisfy({ now.places[$0.from] != nil }),
          legs.allSatisfy({ now.places[$0.to] != nil })
        else { continue }
        checkEnds(lane, legs)
        checkTimes(lane)
        if lane.reverseOf == nil { checkJoints(legs, now, &interchanges) }
        let journey = legs.flatMap { [$0.carrier, $0.from, $0.to] }
        if let twin = journeys.updateValue(lane, forKey: journey) {
          report(
            .warning, lane.mark,
            "the lane '\(lane.codeText)' has the same legs as "
              + "'\(twin.codeText)' (\(position(twin.mark, seenFrom: lane.mark)))",
            "take one away, or give it legs of its own")
        }
      }
      checkHandling(now)
    }
  }

  private func label(_ place: Int64) -> String { tables.directory.label(place) }

  private func checkFaces() {
    for place in tables.tariffs.flatMap(\.places).flatMap(\.editions).flatMap(\.content.values) {
      for code in place.faces {
        let known = tables.symbols.number(of: code).map { tables.directory.country(of: $0) } ?? ""
        if known.isEmpty {
          report(
            .error, place.mark, "'faces' names \(code), which no places table lists",
            "write the six-digit code of the station across the border")
        } else if known == place.country {
          report(
            .error, place.mark, "'faces' names \(code), which is in the same country",
            "write the six-digit code of the station across the border")
        }
      }
    }
  }

  private func checkEnds(_ lane: Lane, _ legs: [LaneLeg]) {
    for (named, actual, word) in [
      (lane.from, legs[0].from, "begin"), (lane.to, legs[legs.count - 1].to, "end"),
    ] where named != actual {
      report(
        .error, lane.mark,
        "the lane '\(lane.codeText)' is named for \(label(named)), but its legs \(word) at "
          + label(actual), "correct '\(word == "begin" ? "from" : "to")', or the legs of the lane")
    }
  }

  private func checkTimes(_ lane: Lane) {
    if let days = lane.guaranteedDays, days < lane.transitDays {
      report(
        .warning, lane.mark,
        "\(days) days are guaranteed, but the journey takes \(lane.transitDays)",
        "check 'guaranteed_days' and 'transit_days'")
    }
    if lane.rebatePerDay != nil && lane.guaranteedDays == nil {
      report(
        .warning, lane.mark, "a rebate for late delivery without a guarantee",
        "fill in 'guaranteed_days', or empty 'rebate_per_day'")
    }
  }

  private func checkJoints(
    _ legs: [LaneLeg], _ now: TablesInForce, _ interchanges: inout Set<Int64>
  ) {
    for leg in legs where leg.from != leg.to {
      let carrier = now.carriers[leg.carrier]
      if carrier?.distances.contains(where: { $0.content.distance(leg.from, leg.to) != nil })
        != true
      {
        report(
          .warning, leg.mark,
          "\(tables.symbols.name(of: leg.carrier)) has no distance from \(label(leg.from)) to "
            + label(leg.to), "correct the ends of the leg, or add the distance")
      }
    }
    for (leg, next) in zip(legs, legs.dropFirst()) {
      for code in Set([leg.to, next.from]).sorted() {
        guard let place = now.places[code], !place.isBorder, interchanges.insert(code).inserted
        else { continue }
        let leg = code == leg.to ? leg : next
        report(
          .error, place.mark,
          "goods change hands at \(label(code)) (\(position(leg.mark, seenFrom: place.mark))), "
            + "but it is no border",
          "write 'yes' in 'border', or correct the leg")
      }
      checkJoint(leg, next, now)
    }
  }

  private func checkJoint(_ leg: LaneLeg, _ next: LaneLeg, _ now: TablesInForce) {
    guard leg.to != next.from, let end = now.places[leg.to], let start = now.places[next.from]
    else { return }
    let codes = (tables.symbols.name(of: leg.to), tables.symbols.name(of: next.from))
    if end.faces.contains(codes.1) || start.faces.contains(codes.0) { return }
    // Where nobody says which stations face each other, borders of two countries may.
    let isOpen =
      end.isBorder && start.isBorder && leg.carrier != next.carrier && end.country != start.country
      && !saysFaces(leg.carrier, now) && !saysFaces(next.carrier, now)
    report(
      isOpen ? .warning : .error, next.mark,
      "leg \(leg.number) ends at \(label(leg.to)), leg \(next.number) begins at "
        + label(next.from) + (isOpen ? ": nothing says that they are one crossing" : ""),
      isOpen
        ? "write the code of one in the column 'faces' of the other in its places table"
        : "correct the legs so that each begins where the one before it ends")
  }

  private func saysFaces(_ carrier: Int64, _ now: TablesInForce) -> Bool {
    (now.carriers[carrier]?.places ?? []).contains { edition in
      edition.content.values.contains { !$0.faces.isEmpty }
    }
  }

  /// A lane that passes a port without its handling, where other lanes have it, lacks a leg.
  private func checkHandling(_ now: TablesInForce) {
    var handlers: [Int64: LaneLeg] = [:]
    for leg in now.legs.values.flatMap(\.self).sorted(by: { $0.mark.line < $1.mark.line })
    where leg.mode == .port && leg.from == leg.to {
      handlers[leg.from] = handlers[leg.from] ?? leg
    }
    for lane in now.lanes where lane.reverseOf == nil {
      let legs = now.legs(of: lane)
      let places = legs.filter { $0.mode != .port }.flatMap { [$0.from, $0.to] }
      for place in Set(places).sorted() {
        guard let other = handlers[place],
          !legs.contains(where: {
            $0.mode == .port
              && ($0.from == place || $0.to == place)
          }),
          let leg = legs.first(where: { $0.from == place || $0.to == place })
        else { continue }
        report(
          .warning, leg.mark,
          "the lane '\(lane.codeText)' has no handling at \(label(place)), as others have "
            + "(\(position(other.mark, seenFrom: leg.mark)))",
          "add a leg of \(tables.symbols.name(of: other.carrier)), or leave it if none is needed")
      }
    }
  }
}
