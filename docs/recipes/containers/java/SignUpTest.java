import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;

@Testcontainers
class SignUpTest {
    @Container
    private static final CognitoContainer COGNITO = new CognitoContainer();

    @Test
    void aNewUserHasToBeConfirmed() {
        AwsBasicCredentials anything = AwsBasicCredentials.create("test", "test");
        try (CognitoIdentityProviderClient client =
                CognitoIdentityProviderClient.builder()
                        .endpointOverride(COGNITO.getEndpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(anything))
                        .build()) {
            String poolId = client.createUserPool(pool -> pool.poolName("app")).userPool().id();
            String clientId =
                    client.createUserPoolClient(app -> app.userPoolId(poolId).clientName("app"))
                            .userPoolClient()
                            .clientId();
            client.signUp(user -> user.clientId(clientId).username("ada").password("Correct-Horse-7"));
            String status =
                    client.adminGetUser(user -> user.userPoolId(poolId).username("ada"))
                            .userStatusAsString();
            assertEquals("UNCONFIRMED", status);
        }
    }
}
