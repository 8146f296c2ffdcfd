package dev.attachgateway.upstream;

/** How the gateway shows itself to the cloud in one project. */
sealed interface Credential {

    /**
     * An IAM user; it gets a token scoped to the project (IAM API reference, "Obtaining a User Token Through Password
     * Authentication").
     */
    record IamUser(String name, String password, String domain) implements Credential {
        @Override
        public String toString() {
            return "IamUser[" + domain + "/" + name + "]";
        }
    }
}
