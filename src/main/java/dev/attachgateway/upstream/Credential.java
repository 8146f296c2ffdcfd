package dev.attachgateway.upstream;

import dev.attachgateway.signature.Signer;

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

    /** An access key; each request is signed with it, which dates the request: the cloud itself refuses it later. */
    record AccessKey(Signer signer) implements Credential {}
}
