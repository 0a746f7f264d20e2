package software.amazon.awssdk.services.cognitoidentityprovider;

import java.net.URI;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.regions.Region;

public interface CognitoIdentityProviderClient extends AutoCloseable {
    interface Builder {
        Builder endpointOverride(URI endpoint);
        Builder region(Region region);
        Builder credentialsProvider(AwsCredentialsProvider provider);
        CognitoIdentityProviderClient build();
    }
    interface PoolRequest { PoolRequest poolName(String name); }
    interface AppRequest { AppRequest userPoolId(String id); AppRequest clientName(String name); }
    interface SignUpRequest {
        SignUpRequest clientId(String id);
        SignUpRequest username(String name);
        SignUpRequest password(String password);
    }
    interface UserRequest { UserRequest userPoolId(String id); UserRequest username(String name); }
    interface Pool { String id(); }
    interface PoolResponse { Pool userPool(); }
    interface App { String clientId(); }
    interface AppResponse { App userPoolClient(); }
    interface UserResponse { String userStatusAsString(); }

    static Builder builder() { return null; }
    PoolResponse createUserPool(Consumer<PoolRequest> request);
    AppResponse createUserPoolClient(Consumer<AppRequest> request);
    Object signUp(Consumer<SignUpRequest> request);
    UserResponse adminGetUser(Consumer<UserRequest> request);
    @Override void close();
}
