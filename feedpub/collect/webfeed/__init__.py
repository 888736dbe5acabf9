"""Kind "webfeed": any RSS, Atom or JSON Feed."""
