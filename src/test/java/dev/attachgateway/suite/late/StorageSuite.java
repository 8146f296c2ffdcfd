package dev.attachgateway.suite.late;

import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** PostgreSQL, periodic jobs, the audit log, and the deployment manifests. */
@Suite
@SelectPackages({
    "dev.attachgateway.database",
    "dev.attachgateway.schedule",
    "dev.attachgateway.storage",
    "dev.attachgateway.audit",
    "dev.attachgateway.manifests"
})
class StorageSuite {}
