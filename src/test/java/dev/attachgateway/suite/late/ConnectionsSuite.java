package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** How streams are let in, written, held and ended. */
@Suite
@SelectPackages({"dev.attachgateway.stream"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.stream\\.(ListedOrigins|OpenStreams|Revocation|SlowHistory|Ticket|WritePath)\\w*Test")
class ConnectionsSuite {}
