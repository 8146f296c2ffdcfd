package dev.attachgateway.suite.early;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** Browser sessions, issuers that run elsewhere, and altered signatures. */
@Suite
@SelectPackages({"dev.attachgateway.access"})
@IncludeClassNamePatterns(
        "dev\\.attachgateway\\.access\\.(Keycloak|Login|ReturnAddress|Session|ClusterTokens|Mutations)\\w*Test")
class LoginSuite {}
